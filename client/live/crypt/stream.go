package crypt

import (
	"io"
	"net"
	"sync"
)

// prefixed returns a connection that reads some bytes before those of the connection.
func prefixed(conn net.Conn, ahead []byte) net.Conn {
	if len(ahead) == 0 {
		return conn
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &tcpStream{TCPConn: tcp, ahead: ahead}
	}
	return &stream{Conn: conn, ahead: ahead}
}

// tcpStream embeds the TCP connection so that ReadFrom (sendfile) and net.Buffers (writev) reach it.
type tcpStream struct {
	*net.TCPConn
	ahead []byte
}

// HasReadAhead reports whether Read returns bytes that the socket no longer has.
func (s *tcpStream) HasReadAhead() bool { return len(s.ahead) > 0 }

func (s *tcpStream) Read(p []byte) (int, error) {
	if len(s.ahead) > 0 {
		return take(&s.ahead, p), nil
	}
	return s.TCPConn.Read(p)
}

func (s *tcpStream) WriteTo(w io.Writer) (int64, error) {
	ahead := s.ahead
	s.ahead = nil
	n, err := w.Write(ahead)
	if err != nil {
		return int64(n), err
	}
	more, err := s.TCPConn.WriteTo(w)
	return int64(n) + more, err
}

// stream is any other connection with bytes that were read ahead.
type stream struct {
	net.Conn
	ahead []byte
}

func (s *stream) Read(p []byte) (int, error) {
	if len(s.ahead) > 0 {
		return take(&s.ahead, p), nil
	}
	return s.Conn.Read(p)
}

// take moves bytes from the front of a slice.
func take(from *[]byte, to []byte) int {
	n := copy(to, *from)
	*from = (*from)[n:]
	if len(*from) == 0 {
		*from = nil
	}
	return n
}

// chunk is the largest read or write of an RC4 stream, which bounds its two buffers.
const chunk = 64 << 10

// BuffersWriter is implemented by connections that send several buffers with fewer system calls
// than there are buffers, and are no TCP connections, which net.Buffers serves.
type BuffersWriter interface {
	// WriteBuffers writes all buffers in order. It changes neither the slice nor the bytes.
	WriteBuffers(net.Buffers) (int64, error)
}

// rc4Stream encrypts a connection. One goroutine may read while another writes.
type rc4Stream struct {
	net.Conn
	cipher io.ReadWriter
	ahead  []byte

	write  sync.Mutex
	failed error
	gather []byte
}

func (s *rc4Stream) Read(p []byte) (int, error) {
	if len(s.ahead) > 0 {
		return take(&s.ahead, p), nil
	}
	return s.cipher.Read(p[:min(len(p), chunk)])
}

func (s *rc4Stream) Write(p []byte) (int, error) {
	s.write.Lock()
	defer s.write.Unlock()
	return s.writeLocked(p)
}

// writeLocked writes in chunks. After an error the key stream is ahead of the bytes that were sent,
// so that no further byte could be decrypted, and mse panics: the error stays.
func (s *rc4Stream) writeLocked(p []byte) (int, error) {
	done := 0
	for done < len(p) && s.failed == nil {
		n, err := s.cipher.Write(p[done:min(len(p), done+chunk)])
		done += n
		s.failed = err
	}
	return done, s.failed
}

func (s *rc4Stream) WriteBuffers(buffers net.Buffers) (int64, error) {
	s.write.Lock()
	defer s.write.Unlock()
	if s.gather == nil {
		s.gather = make([]byte, 0, chunk)
	}
	var done int64
	flush := func() bool {
		n, err := s.writeLocked(s.gather)
		done += int64(n)
		s.gather = s.gather[:0]
		return err == nil
	}
	for _, b := range buffers {
		for len(b) > 0 {
			n := min(len(b), chunk-len(s.gather))
			s.gather = append(s.gather, b[:n]...)
			b = b[n:]
			if len(s.gather) == chunk && !flush() {
				return done, s.failed
			}
		}
	}
	flush()
	return done, s.failed
}
