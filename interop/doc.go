// Package interop has tests in which swarmsim's live client exchanges files with other BitTorrent
// clients, on this machine: anacrolix/torrent in the process of the test, and libtorrent,
// qBittorrent, Transmission, aria2, rtorrent and webtorrent as processes. A client that is not
// installed is skipped; install.sh installs all of them on Debian.
//
//	go test .                                  # one or two exchanges with each client, as CI runs them
//	go test . -full -timeout 60m               # every feature that the table lists
//	go test . -full -timeout 60m -table ../docs/interop.md
//
// # How it works
//
// On Linux the test runs again in a network namespace of its own, where every peer has an address in
// 10.77.0.0/16, and from which no packet leaves. It needs root or unprivileged user namespaces;
// without them peers have addresses in 127.0.0.0/8, and those clients are skipped that do not dial
// them. Of opentracker only root can start an instance.
//
// An exchange is complete when the leecher says that it is, and its files equal the seed's. No test
// measures time: limits are there to end a test that hangs.
package interop
