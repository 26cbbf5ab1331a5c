// Reads an .hlog with an independent reader; prints {tag: {count, max, p50, p99}} as JSON.
import { readFileSync } from 'node:fs'
import { HistogramLogReader } from 'hdr-histogram-js'

const reader = new HistogramLogReader(readFileSync(process.argv[2], 'utf8'))
const all = {}
for (let h = reader.nextIntervalHistogram(); h; h = reader.nextIntervalHistogram()) {
  if (all[h.tag]) all[h.tag].add(h)
  else all[h.tag] = h
}
const figures = (h) => ({
  count: h.totalCount,
  max: h.maxValue,
  p50: h.getValueAtPercentile(50),
  p99: h.getValueAtPercentile(99),
})
console.log(JSON.stringify(Object.fromEntries(Object.entries(all).map(([tag, h]) => [tag, figures(h)]))))
