//go:build !cgo || !libutp

package utp

// Available reports whether the program has uTP.
const Available = false

// Listen opens a UDP socket for uTP at an address, host:port. This build returns ErrUnavailable.
func Listen(string) (Socket, error) { return nil, ErrUnavailable }
