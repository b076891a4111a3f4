//go:build !linux

package emulator

import (
	"context"
	"errors"
	"time"
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

// Traffic returns nothing.
func (*Emulator) Traffic(int) Traffic { return Traffic{} }

// Lateness returns nothing.
func (*Emulator) Lateness() Lateness { return Lateness{} }

// RealTime returns false.
func (*Emulator) RealTime() bool { return false }

// CPU returns 0.
func (*Emulator) CPU() time.Duration { return 0 }

// WriteErrors returns 0.
func (*Emulator) WriteErrors() int64 { return 0 }
