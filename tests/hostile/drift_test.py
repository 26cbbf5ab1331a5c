#!/usr/bin/env python3
"""Each limit of a soak holds for a mock that does not drift, and fails for one that does."""
import base64
import os
import struct
import sys
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import drift  # noqa: E402

REST = {"rss": 20 * drift.MIB, "descriptors": 15, "threads": 3}
BOUNDS = {"stores": ["codes"], "rise_mib": 3, "most_mib": 80, "descriptors": 20, "times": 4, "floor_ms": 50, "unfinished": 0}


def encoded(counts):
    """A histogram with three digits: counts of the values 0, 1, 2 … µs."""
    body = b""
    for n in counts:
        raw = n << 1
        while raw >= 0x80:
            body += bytes([raw & 0x7F | 0x80])
            raw >>= 7
        body += bytes([raw])
    inner = struct.pack(">iiiiqqd", 0x1C849303, len(body), 0, 3, 1, 3_600_000_000, 1.0) + body
    packed = zlib.compress(inner)
    return base64.b64encode(struct.pack(">ii", 0x1C849304, len(packed)) + packed).decode()


def index_of(value):
    """Where a value is counted: one by one up to 2 047 µs, then 1 024 in each doubling."""
    bucket = max(0, value.bit_length() - 11)
    return bucket * 1024 + (value >> bucket)


def samples(**change):
    """An hour that rises for 20 minutes and is flat then; `change` replaces a field by a function of the minute."""
    rows = [{"at": 60.0 * n, "rss": (30 + min(n, 20)) * drift.MIB, "descriptors": 60, "threads": 3, "full": ["codes"] if n > 5 else []}
            for n in range(1, 61)]
    for field, value in change.items():
        for n, row in enumerate(rows):
            row[field] = value(n)
    return rows


def load(late=1, failed=0, broken=0, finished=30):
    rows = [{"second": n, "leg": "token", "count": 1, "failed": 0, "histogram": encoded([0] * index_of(1000 * (late if n >= 20 else 1)) + [1])}
            for n in range(30)]
    return {"legs": [{"name": "token", "whole_flow": False, "failed": failed}, {"name": "flow", "whole_flow": True, "failed": failed}],
            "intervals": rows, "invariants": [{"broken": broken}], "counts": {"due": 30, "finished": finished}}


def failing(limits):
    return [one["limit"] for one in limits if not one["holds"]]


class Mock(unittest.TestCase):
    def judged(self, rows, afterwards=REST):
        return failing(drift.judge_mock(rows, REST, afterwards, BOUNDS))

    def test_that_does_not_drift(self):
        self.assertEqual(self.judged(samples()), [])

    def test_that_noise_is_no_drift(self):
        self.assertEqual(self.judged(samples(rss=lambda n: (50 + (n * 7919) % 5) * drift.MIB)), [])

    def test_a_leak_of_seven_megabytes_an_hour(self):
        (one,) = self.judged(samples(rss=lambda n: (50 + 7 * n / 60) * drift.MIB))
        self.assertIn("rise over the second half", one)

    def test_too_much_memory_that_is_flat(self):
        (one,) = self.judged(samples(rss=lambda _: 81 * drift.MIB))
        self.assertIn("the most of it", one)

    def test_stores_that_were_never_full_prove_nothing(self):
        (one,) = self.judged(samples(full=lambda _: []))
        self.assertIn("not full at half time (codes)", one)

    def test_descriptors_that_stay_open(self):
        (one,) = self.judged(samples(), {**REST, "descriptors": 16})
        self.assertIn("open after the load", one)

    def test_descriptors_that_become_more(self):
        (one,) = self.judged(samples(descriptors=lambda n: 60 + n))
        self.assertIn("most of the second half", one)

    def test_threads_that_become_more(self):
        (one,) = self.judged(samples(threads=lambda n: 4 if n == 50 else 3))
        self.assertIn("threads", one)


class Load(unittest.TestCase):
    def judged(self, result):
        return failing(drift.judge_load(result, BOUNDS))

    def test_that_does_not_drift(self):
        self.assertEqual(self.judged(load()), [])

    def test_that_becomes_slow(self):
        self.assertEqual(self.judged(load(late=40)), [])  # 40 ms: below what a busy machine may do to it
        (one,) = self.judged(load(late=60))
        self.assertIn("last third", one)

    def test_failures(self):
        self.assertIn("that failed", self.judged(load(failed=1))[0])
        self.assertIn("broken", self.judged(load(broken=1))[0])
        self.assertIn("not finished", self.judged(load(finished=29))[0])


class Histogram(unittest.TestCase):
    def test_values_and_counts(self):
        self.assertEqual(drift.counts_of(encoded([0, 2, 0, 300])), [(1, 2), (3, 300)])
        self.assertEqual(drift.percentile([(5, 98), (9, 1), (70, 1)], 99), 9)

    def test_of_the_load_generator(self):
        """As `assay load` wrote it: 8 127 µs is the largest of three."""
        read = drift.counts_of("HISTFAAAACh4nJNpmSzMwMDAwQABzFCaEURcm7yEwf4DRGCjARMv00x+JgB/cgYr")
        self.assertEqual(sum(count for _, count in read), 3)
        self.assertAlmostEqual(max(value for value, _ in read), 8127, delta=8)

    def test_spans(self):
        rows = drift.latencies(load(), 10)
        self.assertEqual([(r["at"], r["count"], r["p99_us"]) for r in rows], [(10, 10, 1000), (20, 10, 1000), (30, 10, 1000)])


if __name__ == "__main__":
    unittest.main()
