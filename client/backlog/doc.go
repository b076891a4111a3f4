// Package backlog decides how many requests are kept outstanding at a neighbour: one rule a
// file. Backlog is mainline's word for what other clients call pipelining or the request queue.
//
// With too few requests a neighbour idles for a round trip after each block. With too many,
// blocks are reserved at a slow neighbour that faster ones could send sooner.
//
// # Usage
//
// Package client keeps one Pace for each connection and reports to it what happens there. When
// something happens that may call for requests (a Trigger), it passes the Pace and an Input to
// the Rule, sends as many requests as the rule returns and blocks allow, and reports that number
// with Added:
//
//	rule := backlog.Strategies().NewDefault("rate")
//	n := rule.NewRequests(&pace, backlog.Input{Now: now, Trigger: backlog.BlockReceived, ...})
//	sent := request(n)
//	rule.Added(&pace, sent)
//
// A rule computes and never acts: it sees neither the connection nor the blocks. Which blocks
// are requested is for block assignment and package pick to decide.
//
// # Sources
//
// The rules are those of mainline 4.x, libtorrent 2.0, Transmission 3.00, aria2 and
// anacrolix/torrent; each file names the function it follows.
package backlog
