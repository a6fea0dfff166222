// Reads a calendar on standard input as a JavaScript client does and prints what it sees as JSON:
// node read.mjs ical.js|node-ical|ts-ics
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { convertIcsCalendar } from "ts-ics";

function utc(date) {
  return date.toISOString().replace(".000Z", "Z");
}

// Goes by the VTIMEZONEs of the body, as Thunderbird does: it knows no zone names.
function withIcalJs(body) {
  const calendar = new ICAL.Component(ICAL.parse(body));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      start: utc(event.startDate.toJSDate()),
      end: utc(event.endDate.toJSDate()),
      status: component.getFirstPropertyValue("status"),
      summary: event.summary,
    };
  });
}

// Goes by the names of the zones.
function withNodeIcal(body) {
  return Object.values(ical.sync.parseICS(body))
    .filter((item) => item.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      start: utc(event.start),
      end: utc(event.end),
      status: event.status,
      summary: event.summary.val ?? event.summary,
    }));
}

// Goes by the VTIMEZONEs, and by the year in which each observance begins.
function withTsIcs(body) {
  return convertIcsCalendar(undefined, body).events.map((event) => ({
    uid: event.uid,
    start: utc(event.start.date),
    end: utc(event.end.date),
    status: event.status,
    summary: event.summary,
  }));
}

const readers = { "ical.js": withIcalJs, "node-ical": withNodeIcal, "ts-ics": withTsIcs };
const body = readFileSync(0, "utf8");
process.stdout.write(JSON.stringify(readers[process.argv[2]](body)));
