package layers

import (
	"math"
	"slices"

	"swarmsim/torrent"
	"swarmsim/torrent/merkle"
)

// maxTrees is how many trees a Server keeps: neighbours ask for one file after the other.
const maxTrees = 4

// Server answers hash requests from the piece layers that a torrent has. It is used by one goroutine at
// a time.
type Server struct {
	meta  *torrent.Meta
	files map[merkle.Hash]int // by root
	trees []tree              // the last used comes last
}

type tree struct {
	root merkle.Hash
	*merkle.Tree
}

// NewServer returns a server for a torrent, which may not have all of its layers yet.
func NewServer(m *torrent.Meta) *Server {
	s := &Server{meta: m, files: map[merkle.Hash]int{}}
	for i := range m.Files {
		if f := &m.Files[i]; !f.Padding() && f.Length > m.PieceLength && m.Version.HasV2() {
			s.files[f.Root] = i
		}
	}
	return s
}

// Answer answers the payload of a HASH REQUEST. It returns the payload of HASHES or, if ok is false, that
// of HASH REJECT. The first request for a file takes a SHA-256 hash for each of its pieces.
func (s *Server) Answer(payload []byte) (answer []byte, ok bool) {
	r, rest, ok := DecodeRequest(payload)
	if !ok || len(rest) > 0 {
		return payload, false
	}
	t := s.treeOf(r.Root)
	if t == nil || max(r.Base, r.Index, r.Count, r.ProofLayers) > math.MaxInt32 {
		return payload, false
	}
	hashes, err := t.Hashes(int(r.Base), int(r.Index), int(r.Count), int(r.ProofLayers))
	if err != nil {
		return payload, false
	}
	answer = make([]byte, 0, RequestBytes+32*len(hashes))
	answer = append(answer, payload...)
	for i := range hashes {
		answer = append(answer, hashes[i][:]...)
	}
	return answer, true
}

// treeOf returns the tree with a root; nil if there is none or its layer is not known.
func (s *Server) treeOf(root merkle.Hash) *merkle.Tree {
	for i, t := range s.trees {
		if t.root == root {
			s.trees = append(slices.Delete(s.trees, i, i+1), t)
			return t.Tree
		}
	}
	file, known := s.files[root]
	if !known {
		return nil
	}
	hashes, ok := decodeHashes(s.meta.Layer(file))
	if !ok || len(hashes) == 0 {
		return nil
	}
	if len(s.trees) == maxTrees {
		s.trees = slices.Delete(s.trees, 0, 1)
	}
	t := tree{root, merkle.NewTree(hashes, s.meta.PieceLayer())}
	s.trees = append(s.trees, t)
	return t.Tree
}
