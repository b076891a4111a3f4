package metadata

import (
	"bytes"
	"crypto/sha1"
	"math/rand/v2"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// noStore is the store of a peer that serves no content.
type noStore struct{}

func (noStore) Read(client.BlockRef) ([]byte, bool) { return nil, true }
func (noStore) Write(_, _ uint32, _ []byte)         {}
func (noStore) Verify(uint32) client.Verdict        { return client.Good }

// newSeed returns a peer that has an info dictionary.
func newSeed(info []byte) *client.Peer {
	set := client.DefaultSettings()
	set.Extensions = client.ExtensionSettings{Enabled: true, PEX: true, UploadOnly: true}
	return client.New(client.Config{
		Torrent: &client.Torrent{InfoHash: sha1.Sum(info), Layout: pieces.Layout{Length: 1 << 20, PieceLength: 1 << 18}},
		ID:      id(1), Complete: true, Store: noStore{}, Rand: rand.New(rand.NewPCG(3, 4)), Settings: &set, Info: info,
		Loop: client.Loops().NewDefault("immediate"), Assign: assign.Rules().NewDefault("strict"),
		EndGame: assign.EndGames().NewDefault("single-duplicate"), Backlog: backlog.Strategies().NewDefault("rate"),
		Choker: choke.Strategies().NewDefault("tit-for-tat"), SeedChoker: choke.Strategies().NewDefault("round-robin"),
		Picker: pick.Strategies().NewDefault("rarest-first"),
	})
}

// machine is a Fetcher or a client.Peer.
type machine interface {
	Step(now time.Duration, e *client.Event, out []client.Action) []client.Action
}

// exchange passes messages between two machines, from the actions of the first on, until none is left.
// Both have the connection 0. It reports whether the connection is still there.
func exchange(now time.Duration, from, to machine, actions []client.Action) bool {
	for _, a := range actions {
		switch a.Kind {
		case client.HangUp:
			to.Step(now, &client.Event{Kind: client.Closed}, nil)
			return false
		case client.Send:
			answer := to.Step(now, &client.Event{Kind: client.Received, Message: a.Message}, nil)
			if !exchange(now, to, from, answer) {
				return false
			}
		}
	}
	return true
}

// A Fetcher and the peer of package client, which serves the dictionary, understand each other (BEP 9,
// BEP 10). The peer then plays on with what was found.
func TestFetchFromPeer(t *testing.T) {
	for _, length := range []int{1, 100, 16 << 10, 100_000} {
		info := infoOf(length)
		seed := newSeed(info)
		f := newScript(t, info, nil).f
		seed.Step(0, &client.Event{Kind: client.Tick}, nil)
		seed.Step(0, &client.Event{Kind: client.Opened, Addr: addr(5)}, nil)
		hello := f.Step(0, &client.Event{Kind: client.Opened, Addr: addr(1), Dialed: true}, nil)
		exchange(0, f, seed, hello)
		if !bytes.Equal(f.Info(), info) {
			t.Errorf("of %d bytes %d are fetched", length, len(f.Info()))
		}
	}
}
