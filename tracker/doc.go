// Package tracker is a BitTorrent tracker (BEP 3) as a pure state machine:
// swarm membership, announce and scrape.
//
// It never reads the clock or opens a socket: time is an argument, requests and
// responses are values. message.go has their bytes as HTTP trackers send them.
// Package sim puts it on a host whose answers travel over links.
package tracker
