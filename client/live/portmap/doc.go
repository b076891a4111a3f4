// Package portmap asks the user's router to forward ports, so that peers can connect to a client
// behind an address translator: PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP IGD. It is for a session
// whose user wants it: nothing here runs unless New is called.
//
//	m, err := portmap.New(portmap.Options{Local: addr, Changed: func(l []portmap.Mapping) {...}},
//		portmap.Port{Protocol: portmap.TCP, Internal: 6881}, portmap.Port{Protocol: portmap.UDP, Internal: 6881})
//	defer m.Close()
//
// # Contract
//
// New starts one goroutine, which tries the protocols in the order above until one works, and returns
// at once. Mappings are leases: they are renewed when half their time is over, and after a failure the
// search begins again, after a minute and then less and less often. Changed is called from the
// goroutine when a mapping or the external address changes; it must not call Close. Close removes
// the mappings, waits for at most Options.Timeout, and ends the goroutine.
//
// # What a router may not do
//
// Anything in the local network may answer. Answers of PCP and NAT-PMP count from the gateway's address
// only, PCP's with the nonce of the request. A UPnP description is fetched only from the address that
// answered the search, over HTTP without redirects, and its control URL must be at the same address;
// responses have at most 256 KiB. Lifetimes are clamped.
//
// # Limits
//
// IPv4 only: IPv6 has no translators. A router that loses its mappings is noticed at the next
// renewal.
//
// # Libraries
//
// UPnP descriptions and actions are those of huin/goupnp; its search is not used, because it binds
// to no address when it fetches what it finds, always waits for its full time and logs what it cannot
// read. NAT-PMP and PCP are written here: jackpal/go-nat-pmp has no context, no local address and no
// PCP. The default gateway is found by jackpal/gateway.
package portmap
