// Package export writes the record of a run as files for other tools: a trace for Perfetto, a
// packet capture for Wireshark, and the plots as Vega-Lite specifications and as PDF.
//
// cmd/swarmsim/cli calls it for swarmsim export. The package reads the record through reports and
// sim/record and knows no peer: the messages of a capture are handed to it by a replay of the run. The
// same record gives the same bytes.
//
// The trace is Perfetto's TrackEvent format (https://perfetto.dev/docs/reference/synthetic-track-event),
// the capture the pcapng format (draft-ietf-opsawg-pcapng).
package export
