package cluster

import (
	"context"
	"errors"
)

// Run is a run to play, as one machine names it to another.
type Run struct {
	Cell int    `json:"cell"`
	Nth  int    `json:"nth"` // index of the seed
	Key  string `json:"key"` // of its row
	Cost int64  `json:"cost"`
}

// Work plays runs. It is safe for concurrent use.
type Work interface {
	// ID is equal on two machines if and only if they play the same runs with the same build of
	// the program.
	ID() string
	// Name describes a run, for people.
	Name(Run) string
	// Play plays a run and returns its row, as JSON on one line. It uses one core.
	Play(context.Context, Run) ([]byte, error)
}

// Store keeps rows. It is safe for concurrent use.
type Store interface {
	// Missing returns the runs that have no row, in the order in which they should be played.
	// The work is finished when there are none. Rows may make more runs necessary.
	Missing() []Run
	// Put stores the row of a run. Nothing is stored if the error is ErrUnknown, ErrGarbled or
	// ErrConflict. Storing a row again changes nothing.
	Put(r Run, row []byte) error
}

// Reasons why a row is not stored.
var (
	ErrUnknown  = errors.New("no such run is part of the sweep")
	ErrGarbled  = errors.New("not a row of this run")
	ErrConflict = errors.New("another result of this run is stored already: the machines or the builds differ")
)
