"""Reads what `assay load --otlp` pushes by the protobuf files of OpenTelemetry: otlp_test.py PROGRAM"""
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import unittest

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest, ExportMetricsServiceResponse
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE

PROGRAM = os.path.realpath(sys.argv.pop(1))


class Receiver(http.server.BaseHTTPRequestHandler):
    came = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, self.headers["Content-Type"], body))
        answer = json_format.MessageToJson(ExportMetricsServiceResponse()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Push(unittest.TestCase):
    def test_every_push_is_an_export_request(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory() as at:
            said = subprocess.run(
                [PROGRAM, "load", "--flow", "sign_in", "--rate", "50", "--for", "2s", "--otlp", f"http://127.0.0.1:{server.server_port}"],
                cwd=at, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "OTEL_METRIC_EXPORT_INTERVAL": "500"})
        server.shutdown()
        server.server_close()
        self.assertIn(said.returncode, (0, 5), said.stdout + said.stderr)
        self.assertNotIn("failed, ", said.stderr)
        self.assertGreaterEqual(len(Receiver.came), 4)
        for path, kind, body in Receiver.came:
            self.assertEqual((path, kind), ("/v1/metrics", "application/json"))
            # An unknown member, or a value of another type, raises an error.
            message = json_format.Parse(body, ExportMetricsServiceRequest(), ignore_unknown_fields=False)
        resource = {a.key: a.value.string_value for a in message.resource_metrics[0].resource.attributes}
        self.assertEqual(resource["service.name"], "assay")
        metrics = {m.name: m for m in message.resource_metrics[0].scope_metrics[0].metrics}
        self.assertEqual(metrics["assay.load.finished"].sum.data_points[0].as_int, 100)
        self.assertTrue(metrics["assay.load.finished"].sum.is_monotonic)
        self.assertEqual({p.attributes[0].value.string_value for p in metrics["assay.load.latency"].gauge.data_points}, {"0.5", "0.99"})
        times = metrics["assay.load.request.duration"].histogram
        self.assertEqual(times.aggregation_temporality, AGGREGATION_TEMPORALITY_CUMULATIVE)
        point = times.data_points[0]
        self.assertEqual(point.count, 200, "both requests of 100 flows")
        self.assertEqual(sum(point.bucket_counts), point.count)
        self.assertEqual(len(point.bucket_counts), len(point.explicit_bounds) + 1)
        self.assertLess(point.start_time_unix_nano, point.time_unix_nano)


if __name__ == "__main__":
    unittest.main(verbosity=2)
