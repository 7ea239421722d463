-- wrk's script: posts the file named first behind `--` as JSON, and tells what came of it in one line of numbers:
-- requests, seconds, median and 99th percentile in microseconds, answers that were errors.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = "application/json"
  file:close()
end

function done(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format(
    "numbers %d %.3f %.0f %.0f %d\n",
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), errors
  ))
end
