package layers_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"swarmsim/client"
	"swarmsim/client/layers"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// made returns a torrent, and the same as it comes by a magnet link. Its files have more pieces than one
// request asks for, exactly as many, and few; two of them are alike.
func made(t testing.TB) (full, bare *torrent.Meta) {
	t.Helper()
	r := rand.NewChaCha8([32]byte{3})
	random := func(n int) *fstest.MapFile {
		b := make([]byte, n)
		r.Read(b)
		return &fstest.MapFile{Data: b}
	}
	const piece = 16 << 10
	tree := fstest.MapFS{
		"a/large": random(1100*piece + 5), "a/exact": random(512 * piece), "a/two": random(2 * piece),
		"a/five": random(5*piece - 1), "a/one": random(100),
	}
	tree["a/twin"] = tree["a/five"]
	full, err := files.Create(t.Context(), tree, "a", files.Options{Version: torrent.V2, PieceLength: piece})
	if err != nil {
		t.Fatal(err)
	}
	return full, parse(t, full.Info)
}

func parse(t testing.TB, info []byte) *torrent.Meta {
	t.Helper()
	m, err := torrent.ParseInfo(info)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// request is one that a Fetcher has made.
type request struct {
	id      client.ConnID
	payload []byte
}

func ask(f *layers.Fetcher, now time.Duration) (out []request) {
	f.Ask(now, func(id client.ConnID, p []byte) { out = append(out, request{id, p}) })
	return out
}

func checkLayers(t testing.TB, full, bare *torrent.Meta) {
	t.Helper()
	if missing := bare.MissingLayers(); len(missing) > 0 {
		t.Errorf("the layers of the files %v are missing", missing)
	}
	for i := range full.Files {
		if !bytes.Equal(full.Layer(i), bare.Layer(i)) {
			t.Errorf("the layer of %s differs", full.Files[i].Path)
		}
	}
}

func TestServerServesFetcher(t *testing.T) {
	full, bare := made(t)
	f, s := layers.NewFetcher(bare), layers.NewServer(full)
	f.Join(3)
	count := 0
	for requests := ask(f, 0); len(requests) > 0; requests = ask(f, 0) {
		for _, r := range requests {
			answer, ok := s.Answer(r.payload)
			if !ok || !f.OnHashes(0, r.id, answer) {
				t.Fatalf("%x is not answered", r.payload)
			}
			count++
		}
	}
	if !f.Done() || f.Err() != nil || f.Next() != client.Never {
		t.Errorf("not done: %v", f.Err())
	}
	if count != 3+1+1+1 {
		t.Errorf("%d requests; files that are alike are asked for once", count)
	}
	checkLayers(t, full, bare)
}

// Whatever neighbours do, only right layers are accepted, and they come as long as one neighbour is honest.
func TestFetcherAmongLiars(t *testing.T) {
	full, _ := made(t)
	server := layers.NewServer(full)
	rapid.Check(t, func(rt *rapid.T) {
		bare := parse(t, full.Info)
		f := layers.NewFetcher(bare)
		for id := range client.ConnID(4) {
			f.Join(id) // 0 is honest
		}
		now, hungUp := time.Duration(0), map[client.ConnID]bool{}
		for step := 0; !f.Done(); step++ {
			if step > 10_000 {
				rt.Fatal("no end")
			}
			requests := ask(f, now)
			if len(requests) == 0 {
				if f.Next() <= now || f.Next() == client.Never {
					rt.Fatalf("nothing to do at %v; next %v", now, f.Next())
				}
				now = f.Next()
			}
			for _, r := range requests {
				if hungUp[r.id] {
					continue
				}
				answer, _ := server.Answer(r.payload)
				lie := 0
				if r.id != 0 {
					lie = rapid.IntRange(0, 5).Draw(rt, "lie")
				}
				ok := true
				switch lie {
				case 0:
					ok = f.OnHashes(now, r.id, answer)
				case 1: // silence
				case 2:
					ok = f.OnReject(now, r.id, r.payload)
				case 3:
					wrong := slices.Clone(answer)
					wrong[layers.RequestBytes+rapid.IntRange(0, len(wrong)-layers.RequestBytes-1).Draw(rt, "at")] ^= 1
					if ok = f.OnHashes(now, r.id, wrong); ok {
						rt.Fatal("a wrong hash is accepted")
					}
				case 4:
					ok = f.OnHashes(now, r.id, answer[:len(answer)-rapid.IntRange(1, 40).Draw(rt, "short")])
				case 5:
					ok = f.OnHashes(now, r.id, rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(rt, "noise"))
				}
				if !ok && r.id == 0 {
					rt.Fatal("the honest neighbour is blamed")
				}
				if !ok {
					hungUp[r.id] = true
					f.Part(r.id)
				}
			}
		}
		checkLayers(t, full, bare)
	})
}

// What a neighbour must not be asked for any more is given to others.
func TestSilentNeighbourIsGivenUp(t *testing.T) {
	_, bare := made(t)
	f := layers.NewFetcher(bare)
	f.Join(1)
	now := time.Duration(0)
	for range 3 {
		if n := len(ask(f, now)); n != 4 {
			t.Fatalf("%d requests at %v", n, now)
		}
		now = f.Next()
	}
	if n := len(ask(f, now)); n != 0 || f.Neighbours() != 0 || f.Next() != client.Never {
		t.Errorf("%d requests to a silent neighbour", n)
	}
	f.Join(2)
	if n := len(ask(f, now)); n != 4 {
		t.Errorf("%d requests to another", n)
	}
}

// Requests for what is not known or does not exist are rejected, with the request itself.
func TestServerRejects(t *testing.T) {
	full, bare := made(t)
	root := full.Files[slices.IndexFunc(full.Files, func(f torrent.File) bool { return f.Path == "large" })].Root
	good := layers.Request{Root: root, Index: 512, Count: 512, ProofLayers: 10}
	s, empty := layers.NewServer(full), layers.NewServer(bare)
	if _, ok := s.Answer(good.Append(nil)); !ok {
		t.Error("a good request is rejected")
	}
	for name, change := range map[string]func(*layers.Request){
		"root": func(r *layers.Request) { r.Root[0]++ }, "base": func(r *layers.Request) { r.Base = 40 },
		"index": func(r *layers.Request) { r.Index = 1 << 31 }, "beyond": func(r *layers.Request) { r.Index = 2048 },
		"count": func(r *layers.Request) { r.Count = 1024 }, "odd": func(r *layers.Request) { r.Count = 3 },
		"proof": func(r *layers.Request) { r.ProofLayers = 1 << 31 },
	} {
		r := good
		change(&r)
		if answer, ok := s.Answer(r.Append(nil)); ok || !bytes.Equal(answer, r.Append(nil)) {
			t.Errorf("wrong %s: not rejected", name)
		}
	}
	if _, ok := empty.Answer(good.Append(nil)); ok {
		t.Error("an unknown layer is sent")
	}
}

func FuzzPayloads(f *testing.F) {
	full, bare := made(f)
	server := layers.NewServer(full)
	first := ask(func() *layers.Fetcher { x := layers.NewFetcher(bare); x.Join(1); return x }(), 0)
	for _, r := range first {
		answer, _ := server.Answer(r.payload)
		f.Add(r.payload)
		f.Add(answer)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if answer, ok := server.Answer(payload); ok && len(answer) > layers.RequestBytes+32*(512+48) {
			t.Errorf("%d bytes are answered", len(answer))
		}
		x := layers.NewFetcher(parse(t, full.Info))
		x.Join(1)
		ask(x, 0)
		x.OnHashes(0, 1, payload)
		x.OnReject(0, 1, payload)
		ask(x, 0)
	})
}
