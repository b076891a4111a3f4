package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The limit is this program, started twice with one of these words.
const (
	sendWord    = "send-file"
	receiveWord = "receive-file"
)

// limitRole returns what the program does as one of the two processes of the limit.
func limitRole(args []string) (role func(args []string) error, rest []string, ok bool) {
	if len(args) != 3 {
		return nil, nil, false
	}
	switch args[0] {
	case sendWord:
		return sendFile, args[1:], true
	case receiveWord:
		return receiveFile, args[1:], true
	}
	return nil, nil, false
}

// sendFile sends a file, by sendfile, to the first that connects to an address.
func sendFile(args []string) error {
	f, err := os.Open(filepath.Join(args[0], contentName))
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", args[1])
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	c, err := l.Accept()
	if err != nil {
		return err
	}
	if _, err = io.Copy(c, f); err != nil {
		return err
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	return stay()
}

// receiveFile receives a file, and computes the hash of each piece.
func receiveFile(args []string) error {
	f, err := os.Create(filepath.Join(args[0], contentName))
	if err != nil {
		return err
	}
	c, err := net.Dial("tcp", args[1])
	if err != nil {
		return err
	}
	for piece := make([]byte, pieceLength); ; {
		n, err := io.ReadFull(c, piece)
		if n == 0 && errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		sha1.Sum(piece[:n])
		if _, err := f.Write(piece[:n]); err != nil {
			return err
		}
	}
	fmt.Println("complete")
	return stay()
}

// stay waits until the measurement is over: the parent closes the standard input.
func stay() error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// startLimit starts one of the two processes of the limit. The seed is ready when it has printed its
// address, the leecher when it has printed that it is complete.
func (b *bed) startLimit(ctx context.Context, folder string, seed bool) (process, error) {
	program, err := os.Executable()
	if err != nil {
		return process{}, err
	}
	cmd := exec.CommandContext(ctx, program, receiveWord, folder, b.sender)
	if seed {
		cmd = exec.CommandContext(ctx, program, sendWord, folder, listen(b.options.address).String())
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return process{}, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return process{}, err
	}
	if err := cmd.Start(); err != nil {
		return process{}, err
	}
	done, exited := make(chan struct{}), make(chan struct{})
	var ended error
	go func() {
		line, err := bufio.NewReader(out).ReadString('\n')
		if err == nil {
			if seed {
				b.sender = strings.TrimSpace(line)
			}
			close(done)
		}
		ended = cmd.Wait()
		close(exited)
	}()
	stop := func(context.Context) {
		in.Close()
		<-exited
	}
	return process{pid: cmd.Process.Pid, done: done, exited: exited, err: func() error { return ended }, stop: stop}, nil
}
