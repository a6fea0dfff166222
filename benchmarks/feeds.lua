-- Asks for the feeds listed in FEEDS_FILE ("path tag" a line) in turn, each thread from a place of its own.
-- With FEEDS_HELD=1 the client already holds every feed and sends its tag.
local requests = {}
local count = 0
local place = 0

function init(arguments)
   local held = os.getenv("FEEDS_HELD") == "1"
   local encoding = os.getenv("FEEDS_ENCODING")
   for line in io.lines(os.getenv("FEEDS_FILE")) do
      local path, tag = line:match("^(%S+) (%S+)$")
      local headers = { ["User-Agent"] = "bench" }
      if held then headers["If-None-Match"] = '"' .. tag .. '"' end
      if encoding then headers["Accept-Encoding"] = encoding end
      count = count + 1
      requests[count] = wrk.format("GET", path, headers)
   end
   math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647)
   place = math.random(count)
end

function request()
   place = place % count + 1
   return requests[place]
end
