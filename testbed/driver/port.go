package driver

import (
	"fmt"
	"net"
)

// freePort returns a port of 127.0.0.1 for a client's control port. Another process may take it
// in between; a client in a namespace of its own has no such neighbours.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no free port on 127.0.0.1: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
