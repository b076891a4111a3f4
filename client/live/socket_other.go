//go:build !linux

package live

import (
	"io"
	"net"
)

// streamOf returns a connection as wire.Reader reads it.
func streamOf(conn net.Conn) io.Reader { return conn }
