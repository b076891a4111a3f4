// Package netns makes Linux network namespaces for measured swarms: each has one address, on a TUN
// device whose packets the caller reads and writes (package testbed/emulator). It needs root, or
// unprivileged user namespaces, and /dev/net/tun; Available says in words what is missing.
//
// # Usage
//
//	if code, again, err := netns.EnterUserNamespace(); again {
//		os.Exit(code) // the program has run again, with the rights that it needs
//	}
//	n, err := netns.New(netip.MustParsePrefix("198.18.0.1/15"), "cubic")
//	err = n.Spawn(cmd)           // starts a process in the namespace
//	conn, err := n.Dial(ctx, "tcp", "127.0.0.1:9091")
//	fd := n.TUN()                // reads what the namespace sends, writes what it receives
//	n.Close()                    // kills its processes
//
// # Contract
//
// A namespace is a thread: Do runs a function on it, one at a time, and sockets that the function
// creates belong to the namespace wherever they are used later. Namespaces have no name and leave
// nothing behind, even when the program is killed.
//
// # Limits
//
// IPv4 only. On other systems than Linux, New returns an *UnavailableError.
package netns
