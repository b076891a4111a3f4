package content

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"swarmsim/bounded"
)

// fileReader reads files one after the other, one open at a time, until its context ends.
type fileReader struct {
	ctx         context.Context
	files       fs.FS
	names       []string // of the files not yet opened
	open        fs.File  // nil between two files
	left, total int64    // bytes
	progress    func(done, total int64)
}

// close closes the file that is open, if any.
func (r *fileReader) close() {
	if r.open != nil {
		r.open.Close()
	}
}

func (r *fileReader) Read(p []byte) (int, error) {
	for {
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		if r.open == nil {
			if len(r.names) == 0 {
				return 0, io.EOF
			}
			f, _, err := bounded.Open(r.files, r.names[0])
			if err != nil {
				return 0, err
			}
			r.open, r.names = f, r.names[1:]
		}
		n, err := r.open.Read(p)
		r.left -= int64(n)
		if errors.Is(err, io.EOF) {
			err = r.open.Close()
			r.open = nil
		}
		if r.progress != nil {
			r.progress(r.total-r.left, r.total)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}
