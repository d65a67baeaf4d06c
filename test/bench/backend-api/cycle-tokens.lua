-- Sends the tokens of a file in turn, one a request, and ends with one line of JSON.
local requests = {}
local index = 0

function init(args)
  for token in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
  end
end

function request()
  index = index % #requests + 1
  return requests[index]
end

function done(summary)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\n{"requestsPerSecond":%.1f,"failures":%d}\n',
    summary.requests / (summary.duration / 1e6),
    failures
  ))
end
