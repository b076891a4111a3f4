// Package tracker is a BitTorrent tracker (BEP 3) as a state machine: it keeps the members of
// swarms, answers announces with a random sample of peers, and answers scrapes (BEP 48).
//
// # Usage
//
//	t := tracker.New(tracker.Config{Interval: 30 * time.Minute, Expire: 45 * time.Minute, MaxPeers: 50})
//	response := t.Announce(now, request, rng)
//
// The tracker never reads the clock and opens no socket. Time is an argument, the time since the
// run began; requests and responses are values. ParseHTTP, AppendHTTP and ParseResponse convert
// them to and from the bytes that HTTP trackers exchange. Package sim puts the tracker on a host
// whose responses travel over links.
//
// A Tracker is not safe for concurrent use.
//
// # Limits
//
// There is no UDP protocol (BEP 15), no tracker ID and no compact=0. The address in a request is
// trusted; a server on the Internet would take it from the connection.
package tracker
