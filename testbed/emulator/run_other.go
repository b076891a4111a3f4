//go:build !linux

package emulator

import (
	"context"
	"errors"
	"os"
	"syscall"
)

// Emulator runs on Linux only.
type Emulator struct{}

var errNotLinux = errors.New("the emulator runs on Linux only")

// New returns an error.
func New(Config) (*Emulator, error) { return nil, errNotLinux }

// Run returns an error.
func (*Emulator) Run(context.Context) error { return errNotLinux }

// Close does nothing.
func (*Emulator) Close() error { return nil }

// Stats returns nothing.
func (*Emulator) Stats() Stats { return Stats{} }

func setNonblocking(int) error { return errNotLinux }

func duplicate(int) (*os.File, error) { return nil, errNotLinux }

func childAttributes() *syscall.SysProcAttr { return nil }
