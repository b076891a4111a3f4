package live

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// streamOf returns a connection as wire.Reader reads it: directly into blocks (wire.VectorReader) if it is
// a TCP connection without encryption.
func streamOf(conn net.Conn) io.Reader {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return conn
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return conn
	}
	s := &tcpStream{Conn: conn, raw: raw}
	s.call = s.readv
	return s
}

// tcpStream is a TCP connection as a wire.VectorReader. One goroutine reads from it.
type tcpStream struct {
	net.Conn
	raw  syscall.RawConn
	call func(fd uintptr) bool // readv, as a value that is made once

	// Of the call.
	parts [2][]byte
	wait  bool // if there is nothing to read
	n     int
	err   error
}

func (s *tcpStream) ReadVector(a, b []byte) (int, error) { return s.read(a, b, true) }

func (s *tcpStream) TryReadVector(a, b []byte) (int, error) { return s.read(a, b, false) }

func (s *tcpStream) read(a, b []byte, wait bool) (int, error) {
	if c, ok := s.Conn.(interface{ HasReadAhead() bool }); ok && c.HasReadAhead() {
		return s.Conn.Read(a)
	}
	s.parts, s.wait, s.n, s.err = [2][]byte{a, b}, wait, 0, nil
	err := s.raw.Read(s.call)
	s.parts = [2][]byte{}
	switch {
	case err != nil:
		return 0, err
	case s.err != nil:
		return 0, os.NewSyscallError("readv", s.err)
	case s.n == 0:
		return 0, io.EOF
	case s.n == nothing:
		return 0, nil
	}
	return s.n, nil
}

// nothing is the value of tcpStream.n when there is nothing to read, as opposed to the end.
const nothing = -1

// readv returns false if it is to be called again when there is something to read.
func (s *tcpStream) readv(fd uintptr) bool {
	for {
		s.n, s.err = unix.Readv(int(fd), s.parts[:])
		switch {
		case errors.Is(s.err, unix.EINTR):
			continue
		case errors.Is(s.err, unix.EAGAIN):
			s.n, s.err = nothing, nil
			return !s.wait
		}
		return true
	}
}
