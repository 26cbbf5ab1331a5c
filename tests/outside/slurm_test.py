"""One load by two nodes of a Slurm cluster, which this test starts on this machine: slurm_test.py PROGRAM
Its own munged, slurmctld and two slurmd, in a folder of its own; nothing of a cluster that may be installed is used. Needs root, as slurmd
does. The nodes share one machine, so MPI is told to use TCP; nodes that are machines need none of these variables.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.path.realpath(sys.argv[1])
del sys.argv[1]
PATIENCE = 60
PLAN = """\
stages: [{ rate: 200, for: %s }]
mix: [{ flow: code_exchange, weight: 3 }, { flow: jwks }]
thresholds: [token.p99 < 5s, invariant.repeated_code == 0]
"""
CONFIGURATION = """\
ClusterName=assay
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={at}/munge/socket
CredType=cred/munge
SlurmctldPort={ports[0]}
StateSaveLocation={at}/state
SlurmdSpoolDir={at}/spool-%n
TmpFS={at}/tmp-%n
SlurmctldPidFile={at}/slurmctld.pid
SlurmdPidFile={at}/slurmd-%n.pid
SlurmctldLogFile={at}/slurmctld.log
SlurmdLogFile={at}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2
NodeName=two NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2
PartitionName=all Nodes=one,two Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"waited {PATIENCE} s in vain for {what}"
        time.sleep(0.05)


class Cluster:
    def __init__(self, at):
        self.at = at
        self.running = []
        for name in ("munge", "state", "spool-one", "spool-two", "tmp-one", "tmp-two"):
            (at / name).mkdir(mode=0o700)
        (at / "munge/key").write_bytes(os.urandom(128))
        (at / "munge/key").chmod(0o400)
        host = socket.gethostname().split(".")[0]
        (at / "slurm.conf").write_text(CONFIGURATION.format(host=host, at=at, ports=free_ports(3)))
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM_", "ASSAY_", "OMPI_", "PMI"))}
        self.environment |= {"SLURM_CONF": f"{at}/slurm.conf", "OMPI_MCA_pml": "ob1", "OMPI_MCA_btl": "self,tcp",
                             "OMPI_MCA_btl_tcp_if_include": "lo", "NO_COLOR": "1"}

    def __enter__(self):
        munge = [f"--{name}={self.at}/munge/{file}" for name, file in
                 (("key-file", "key"), ("socket", "socket"), ("pid-file", "pid"), ("log-file", "log"), ("seed-file", "seed"))]
        self.start("munged", "--foreground", "--force", *munge)
        until("munged", (self.at / "munge/socket").exists)
        self.start("slurmctld", "-D")
        for node in ("one", "two"):
            self.start("slurmd", "-D", "-N", node)
        until("two idle nodes", lambda: self.call("sinfo", "--noheader", "--states=idle", "--format=%D").stdout.strip() == "2")
        return self

    def __exit__(self, *_):
        for one in reversed(self.running):
            one.terminate()
        for one in self.running:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def start(self, *command):
        with open(self.at / "said.txt", "a") as said:
            self.running.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said))

    def call(self, *command, **more):
        return subprocess.run(command, env=self.environment | more, cwd=self.at, capture_output=True, text=True, timeout=PATIENCE)


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Below /tmp by its short name: a socket's path has 107 characters at most.
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="assay-slurm-"))
        cls.at = Path(cls.folder)
        cls.mock = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--dialect", "strict", "--sign-in", "by_request", "--control", "0"],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.addClassCleanup(cls.end_mock)
        ready = json.loads(cls.mock.stdout.readline())
        cls.target = ["--server", ready["issuer"], "--control", ready["control"]]
        cls.cluster = cls.enterClassContext(Cluster(cls.at))

    @classmethod
    def end_mock(cls):
        cls.mock.terminate()
        cls.mock.wait()
        cls.mock.stdout.close()

    def result(self, folder):
        return json.loads((self.at / folder / "load.json").read_text())

    def counts(self, result):
        return {"setup": result["setup"], "shards": result["shards"], "invariants": result["invariants"],
                "requests": [(one["name"], one["ok"], one["failed"]) for one in result["legs"]],
                "counts": [result["counts"][name] for name in ("due", "begun", "finished", "unfinished", "starved")]}

    def test_two_nodes_count_what_two_shards_count(self):
        (self.at / "plan.yaml").write_text(PLAN % "2s")
        said = self.cluster.call("srun", "--nodes=2", "--ntasks=2", "--mpi=pmix", PROGRAM, "load", "plan.yaml", "--out", "nodes", *self.target)
        self.assertIn(said.returncode, (0, 5), said.stdout + said.stderr)
        shards = [subprocess.Popen([PROGRAM, "load", "plan.yaml", "--shard", f"{i}/2", "--start-at", "+1s", "--out", f"shard-{i}", *self.target],
                                   cwd=self.at, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for i in (1, 2)]
        for one in shards:
            self.assertIn(one.wait(PATIENCE), (0, 5))
        self.cluster.call(PROGRAM, "merge", "shard-1", "shard-2", "--out", "shards")
        nodes = self.result("nodes")
        self.assertEqual(self.counts(nodes), self.counts(self.result("shards")))
        self.assertEqual(nodes["counts"]["finished"], 400)
        self.assertEqual(len(nodes["ranks"]), 2)

    def test_the_batch_script(self):
        (self.at / "short.yaml").write_text(PLAN % "1s")
        said = self.cluster.call("sbatch", "--wait", "--parsable", f"{ROOT}/deploy/slurm/load.sbatch", "short.yaml", *self.target, ASSAY=PROGRAM)
        job = said.stdout.strip()
        self.assertIn(said.returncode, (0, 5), said.stdout + said.stderr)
        self.assertEqual(self.result(f"out/{job}")["counts"]["finished"], 200)
        self.assertIn("2 on 1 host", (self.at / f"assay-load-{job}.txt").read_text())

    def test_a_rank_that_is_killed_ends_the_run_with_what_was_measured(self):
        (self.at / "long.yaml").write_text(PLAN % "60s")
        with open(self.at / "killed.txt", "w+") as said:
            run = subprocess.Popen(["srun", "--nodes=2", "--ntasks=2", "--mpi=pmix", PROGRAM, "load", "long.yaml", "--out", "killed", "--rank-timeout", "3s",
                                    *self.target], env=self.cluster.environment, cwd=self.at, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            until("figures of both", lambda: "failed 0" in (self.at / "killed.txt").read_text())
            os.kill(self.process_of_rank(1), signal.SIGKILL)
            self.assertNotEqual(run.wait(PATIENCE), 0)
        killed = self.result("killed")
        text = (self.at / "killed.txt").read_text()
        self.assertEqual(killed["verdict"], "error", text)
        self.assertEqual(killed["shards"], [0, 1])
        self.assertIn("its figures end after", killed["ranks"][1]["lost"])
        self.assertEqual(killed["ranks"][0]["lost"], "")
        self.assertGreater(killed["counts"]["finished"], 5 * 150)

    def process_of_rank(self, rank):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
                variables = (process / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0] == PROGRAM.encode() and b"killed" in words and f"SLURM_PROCID={rank}".encode() in variables:
                return int(process.name)
        raise AssertionError(f"there is no rank {rank}")

    def test_srun_without_mpi_is_refused(self):
        (self.at / "other.yaml").write_text(PLAN % "1s")
        said = self.cluster.call("srun", "--nodes=2", "--ntasks=2", "--mpi=none", PROGRAM, "load", "other.yaml", "--out", "none", *self.target)
        self.assertEqual(said.returncode, 3, said.stdout + said.stderr)
        self.assertIn("--mpi=pmix", said.stderr)
        self.assertEqual(said.stderr.count("separate loads"), 1)
        self.assertFalse((self.at / "none").exists())


if __name__ == "__main__":
    unittest.main(verbosity=1)
