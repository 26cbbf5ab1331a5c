"""The results as one self-contained page: a bar chart per group, the goals, the skipped peers."""
import html

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.missed{color:#a40e26}.met{color:#1a7f37}text{font:13px system-ui,sans-serif;fill:currentColor}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}.missed{color:#ff7b72}.met{color:#3fb950}}"""


def bars(rows):
    most = max(row["value"] for row in rows) or 1
    height = 26 * len(rows)
    parts = [f'<svg viewBox="0 0 900 {height}" width="100%" role="img">']
    for i, row in enumerate(rows):
        width = 420 * row["value"] / most
        ours = "#0969da" if row["name"].startswith("assay") else "#8c959f"
        ratio = f" (x{row['ratio']:.2f})" if row.get("ratio") else ""
        y = 26 * i
        parts.append(f'<text x="270" y="{y + 17}" text-anchor="end">{html.escape(row["name"])}</text>'
                     f'<rect x="280" y="{y + 4}" width="{width:.1f}" height="18" fill="{ours}"/>'
                     f'<text x="{290 + width:.1f}" y="{y + 17}">{row["value"]:,.4g}{ratio}</text>')
    return "".join(parts) + "</svg>"


def render(result):
    machine = result["machine"]
    out = ["<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Assay benchmarks</title>",
           f"<style>{STYLE}</style><h1>Assay benchmarks</h1>",
           f"<p>{html.escape(machine['cpu'])}, {machine['cores']} cores, OpenSSL {html.escape(machine['openssl'])}; load "
           f"{machine['load_before']:.1f} before, {machine['load_after']:.1f} after. Medians; ratios are within a round.</p>",
           "<h2>Goals</h2><table>"]
    for goal in result["goals"]:
        word = "met" if goal["met"] else "missed"
        out.append(f'<tr><td class={word}>{word}<td>{html.escape(goal["what"])}<td class=n>{goal["value"]:.3g}<td>{html.escape(goal["goal"])}')
    out.append("</table>")
    groups = {}
    for row in result["rows"]:
        groups.setdefault((row["group"], row["unit"]), []).append(row)
    for (group, unit), rows in groups.items():
        against = rows[0].get("against")
        out.append(f"<h2>{html.escape(group)}</h2><p>{html.escape(unit)}{'; x: against ' + html.escape(against) if against else ''}</p>{bars(rows)}")
    if result["skipped"]:
        out.append("<h2>Skipped</h2><ul>" + "".join(f"<li>{html.escape(what)}" for what in result["skipped"]) + "</ul>")
    return "".join(out) + "</html>\n"
