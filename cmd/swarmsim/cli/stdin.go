package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// stdin returns the command's standard input. Reads fail once the command is
// interrupted.
func stdin(cmd *cobra.Command) io.Reader { return &interruptibleReader{cmd.Context(), cmd.InOrStdin()} }

// interruptibleReader reads until its context ends, even while a read blocks.
type interruptibleReader struct {
	ctx    context.Context
	source io.Reader
}

func (r *interruptibleReader) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	buffer := make([]byte, len(p)) // not p: an abandoned read may still write to it
	go func() {
		n, err := r.source.Read(buffer)
		done <- result{n, err}
	}()
	select {
	case read := <-done:
		return copy(p, buffer[:read.n]), read.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
