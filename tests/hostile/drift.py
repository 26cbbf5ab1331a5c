"""What a soak has measured, and whether it drifted: pure functions of samples, so that tests/hostile/drift_test.py can show that
each limit fails. A sample is a dictionary: `at` in seconds, `rss` in bytes, `descriptors`, `threads`, `full` (stores at 80 % of
their share or more)."""
import base64
import json
import statistics
import struct
import zlib

MIB = 1 << 20


def slope(points):
    """The median of the slopes between all pairs (Theil and Sen): memory that the allocator gives back now and then, and takes
    again, moves a line of least squares by more than a leak does."""
    slopes = [(y2 - y1) / (x2 - x1) for n, (x1, y1) in enumerate(points) for x2, y2 in points[n + 1:] if x2 > x1]
    return statistics.median(slopes) if slopes else 0.0


def counts_of(encoded):
    """(value in µs, count) of a base64 HdrHistogram, version 2 of the format: lowest value 1, integers."""
    outer = base64.b64decode(encoded)
    inner = zlib.decompress(outer[8:])
    length, _, digits = struct.unpack(">iii", inner[4:16])
    body = inner[40:40 + length]
    sub_bits = max(0, (2 * 10 ** digits - 1).bit_length())
    half = 1 << (sub_bits - 1)
    out, index, at = [], 0, 0
    while at < len(body):
        raw, shift = 0, 0
        while True:
            byte = body[at]
            at += 1
            if shift == 56:  # the ninth byte has eight bits
                raw |= byte << shift
                break
            raw |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        count = (raw >> 1) ^ -(raw & 1)
        if count < 0:
            index -= count
            continue
        bucket = index // half - 1
        value = index if bucket < 0 else (index % half + half) << bucket
        if count:
            out.append((value, count))
        index += 1
    return out


def percentile(counts, p):
    total = sum(count for _, count in counts)
    seen = 0
    for value, count in sorted(counts):
        seen += count
        if seen >= total * p / 100:
            return value
    return 0


def latencies(load, every):
    """[{at, count, failed, p50_us, p99_us}] of load.json, `every` that many seconds; single requests, not whole flows."""
    whole = {leg["name"] for leg in load["legs"] if leg["whole_flow"]}
    spans = {}
    for row in load["intervals"]:
        if row["leg"] in whole:
            continue
        span = spans.setdefault(int(row["second"] // every), {"count": 0, "failed": 0, "counts": []})
        span["count"] += row["count"]
        span["failed"] += row["failed"]
        span["counts"] += counts_of(row["histogram"])
    return [{"at": (n + 1) * every, "count": s["count"], "failed": s["failed"], "p50_us": percentile(s["counts"], 50),
             "p99_us": percentile(s["counts"], 99)} for n, s in sorted(spans.items())]


def thirds(load):
    """p99 in µs of the first and of the last third of a load."""
    rows = [r for r in load["intervals"] if r["leg"] not in {leg["name"] for leg in load["legs"] if leg["whole_flow"]}]
    end = max(r["second"] for r in rows) + 1
    first = [c for r in rows if r["second"] < end / 3 for c in counts_of(r["histogram"])]
    last = [c for r in rows if r["second"] >= end * 2 / 3 for c in counts_of(r["histogram"])]
    return percentile(first, 99), percentile(last, 99)


# Each limit: (name, value, bound, holds), with units in the name.

def limit(name, value, bound):
    return {"limit": name, "value": round(value, 2), "bound": round(bound, 2), "holds": value <= bound}


def judge_memory(samples, rise_bound_mib, process):
    """The line through the second half; what is stored has reached its caps by then."""
    half = [s for s in samples if s["at"] >= samples[-1]["at"] / 2]
    rise = slope([(s["at"], s["rss"]) for s in half]) * (half[-1]["at"] - half[0]["at"]) / MIB
    return limit(f"RSS of {process}: rise over the second half, MiB", rise, rise_bound_mib)


def judge_mock(samples, at_rest, afterwards, bounds):
    half = [s for s in samples if s["at"] >= samples[-1]["at"] / 2]
    missing = sorted(set(bounds["stores"]) - set(half[0]["full"]))
    return [
        limit(f"stores that are not full at half time ({', '.join(missing) or 'none'})", len(missing), 0),
        judge_memory(samples, bounds["rise_mib"], "the mock"),
        limit("RSS of the mock: the most of it, MiB", max(s["rss"] for s in samples) / MIB, bounds["most_mib"]),
        limit("descriptors open after the load, beyond those at the start", afterwards["descriptors"] - at_rest["descriptors"], 0),
        limit("descriptors: most of the second half, beyond most of the first",
              max(s["descriptors"] for s in half) - max(s["descriptors"] for s in samples if s not in half),
              bounds["descriptors"]),
        limit("threads beyond those at the start", max(s["threads"] for s in samples) - at_rest["threads"], 0),
    ]


def joined(loads):
    """One result of several that ran one after the other."""
    out = {"legs": [], "intervals": [], "invariants": [], "counts": {"due": 0, "finished": 0}}
    for load in loads:
        begin = max((row["second"] for row in out["intervals"]), default=-1) + 1
        out["legs"] += load["legs"]
        out["invariants"] += load["invariants"]
        out["intervals"] += [{**row, "second": row["second"] + begin} for row in load["intervals"]]
        for name in out["counts"]:
            out["counts"][name] += load["counts"][name]
    return out


def judge_load(load, bounds):
    first, last = thirds(load)
    failed = sum(leg["failed"] for leg in load["legs"] if not leg["whole_flow"])
    broken = sum(row["broken"] for row in load["invariants"])
    return [
        limit("p99 of the last third, ms, against a multiple of the first third's", last / 1000,
              max(first / 1000 * bounds["times"], bounds["floor_ms"])),
        limit("requests of the load that failed", failed, 0),
        limit("invariants of the load that were broken", broken, 0),
        limit("arrivals of the load that were not finished", load["counts"]["due"] - load["counts"]["finished"], bounds["unfinished"]),
    ]


def table(limits):
    return "\n".join(f"  {'holds' if one['holds'] else 'FAILS'}  {one['limit']:<75} {one['value']:>9}  at most {one['bound']}"
                     for one in limits)


def read_load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)
