package storage

import (
	"errors"
	"io"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// sendFile sends the block by sendfile(2). done is false if the writer is not one that it can send to;
// then nothing was sent. os.File.WriteTo cannot be used: it sends from the file's position, which all
// connections share.
func (s *Span) sendFile(w io.Writer) (n int64, done bool, err error) {
	c, ok := w.(syscall.Conn)
	if !ok {
		return 0, false, nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, false, nil
	}
	defer runtime.KeepAlive(s.file)
	from, offset := int(s.file.Fd()), s.offset
	var sendErr error
	err = raw.Write(func(to uintptr) bool {
		for n < s.Length {
			sent, err := unix.Sendfile(int(to), from, &offset, int(s.Length-n))
			switch {
			case errors.Is(err, unix.EINTR):
				continue
			case errors.Is(err, unix.EAGAIN):
				return false // called again when the connection can take more
			case err != nil:
				sendErr = err
				return true
			case sent == 0:
				sendErr = io.ErrUnexpectedEOF
				return true
			}
			n += int64(sent)
		}
		return true
	})
	if n == 0 && (errors.Is(sendErr, unix.EINVAL) || errors.Is(sendErr, unix.ENOSYS)) {
		return 0, false, nil
	}
	if sendErr != nil {
		err = sendErr
	}
	return n, true, err
}
