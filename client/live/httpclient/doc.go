// Package httpclient makes the HTTP clients of the live edge: of trackers (package announce) and of
// web seeds (package webseed).
//
// Their URLs come from torrent files and from other servers' redirects, so they are hostile. A client
// of this package
//
//   - binds its connections to a local address, as all sockets of a session are,
//   - follows a few redirects, to http and https only,
//   - refuses a redirect from a public server to this machine or its network, so that a server
//     cannot have the user's router or services asked for something; likewise a first URL on the local
//     network that does not look like what it should be (With), as libtorrent's ssrf_mitigation does,
//   - bounds the header of a response. The caller bounds its body and gives a context with a deadline.
//
// Certificates are verified. Environment variables for proxies are not read: a proxy is an option.
package httpclient
