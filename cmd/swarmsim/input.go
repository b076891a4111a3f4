package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"
)

// input is the command's standard input, which ends when the command does.
func input(cmd *cobra.Command) io.Reader { return &interruptible{cmd.Context(), cmd.InOrStdin()} }

// interruptible reads until its context ends, also where a read would wait longer.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

func (r *interruptible) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	came := make(chan result, 1)
	buffer := make([]byte, len(p)) // a read that is given up may still fill it
	go func() {
		n, err := r.from.Read(buffer)
		came <- result{n, err}
	}()
	select {
	case got := <-came:
		return copy(p, buffer[:got.n]), got.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
