package torrent

import (
	"fmt"

	"swarmsim/torrent/bencode"
	"swarmsim/torrent/merkle"
)

// Locker is a mutex, such as a sync.Mutex.
type Locker interface {
	Lock()
	Unlock()
}

// layerSet holds piece layers by the root of their file.
type layerSet struct {
	lock   Locker // nil for none
	byRoot map[[32]byte][]byte
}

// GuardLayers has the piece layers guarded by a mutex, so that SetLayer may be called while other
// goroutines use the torrent. It is called before they do; a mutex that was set before stays.
func (m *Meta) GuardLayers(l Locker) {
	if m.layers.lock == nil {
		m.layers.lock = l
	}
}

func (s *layerSet) get(root [32]byte) []byte {
	if s.lock != nil {
		s.lock.Lock()
		defer s.lock.Unlock()
	}
	return s.byRoot[root]
}

func (s *layerSet) set(root [32]byte, layer []byte) {
	if s.lock != nil {
		s.lock.Lock()
		defer s.lock.Unlock()
	}
	if s.byRoot == nil {
		s.byRoot = map[[32]byte][]byte{}
	}
	s.byRoot[root] = layer
}

// readLayers reads the piece layers of a torrent file, nil if it has none. A torrent without the layer
// of a file of more than one piece can be used like one that came by a magnet link.
func (m *Meta) readLayers(text []byte) error {
	if !m.Version.HasV2() {
		return nil
	}
	found := map[[32]byte][]byte{}
	if text != nil {
		r := bencode.NewReader(text)
		if err := isKind(r, bencode.Dict); err != nil {
			return fmt.Errorf("has piece layers, a key that %w", err)
		}
		err := r.Dict(func(root []byte) error {
			if len(root) != 32 || len(found) == MaxFiles {
				return fmt.Errorf("has piece layers with the key %.40x, which is not a pieces root of 32 bytes", root)
			}
			layer, err := r.Bytes()
			if err != nil {
				return fmt.Errorf("has piece layers in which that of %x %w", root, err)
			}
			found[[32]byte(root)] = layer
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() || f.Length <= m.PieceLength {
			continue
		}
		layer, ok := found[f.Root]
		if !ok {
			m.warn(fmt.Sprintf("there is no piece layer for %q; peers have to send it", f.Path))
			continue
		}
		if err := m.SetLayer(i, layer); err != nil {
			return err
		}
	}
	return nil
}

// Layer returns the piece layer of a file of version 2 (BEP 52): the root of the hash tree of each of
// its pieces, 32 bytes each. A file of at most one piece has its root only. It is nil for a file
// without content, and for a layer that is not known; see SetLayer.
func (m *Meta) Layer(file int) []byte {
	f := &m.Files[file]
	if !m.Version.HasV2() || f.Padding() || f.Length == 0 {
		return nil
	}
	if f.Length <= m.PieceLength {
		return f.Root[:]
	}
	return m.layers.get(f.Root)
}

// SetLayer sets the piece layer of a file, which peers send for a torrent that came by a magnet link.
// It is an error if it does not have the file's root. Other goroutines may use the torrent meanwhile only
// after GuardLayers. The torrent keeps layer.
func (m *Meta) SetLayer(file int, layer []byte) error {
	f := &m.Files[file]
	pieces := (f.Length + m.PieceLength - 1) / m.PieceLength
	if int64(len(layer)) != 32*pieces {
		return fmt.Errorf("has a piece layer of %d bytes for %q, whose %d pieces need %d", len(layer), f.Path, pieces, 32*pieces)
	}
	var b merkle.Builder
	for i := 0; i < len(layer); i += 32 {
		b.Add([32]byte(layer[i : i+32]))
	}
	if b.PaddedRoot(b.Height(), m.PieceLayer()) != f.Root {
		return fmt.Errorf("has a piece layer for %q that does not have the root %x", f.Path, f.Root)
	}
	m.layers.set(f.Root, layer)
	return nil
}

// PieceLayer returns the layer of the roots of pieces in the hash trees of files, counted from the
// leaves: the height of the tree of a piece.
func (m *Meta) PieceLayer() int { return merkle.Height(m.PieceLength / merkle.BlockSize) }

// MissingLayers returns the files whose piece layer is not known yet.
func (m *Meta) MissingLayers() []int {
	var out []int
	if !m.Version.HasV2() {
		return nil
	}
	for i := range m.Files {
		if f := &m.Files[i]; !f.Padding() && f.Length > 0 && m.Layer(i) == nil {
			out = append(out, i)
		}
	}
	return out
}

// PieceRoot returns the root of the hash tree of a piece, and false if the torrent is not of version 2
// or the layer is not known.
func (m *Meta) PieceRoot(piece int) ([32]byte, bool) {
	if !m.Version.HasV2() {
		return [32]byte{}, false
	}
	file := m.fileAt(int64(piece) * m.PieceLength)
	layer := m.Layer(file)
	i := 32 * (piece - int(m.Files[file].Offset/m.PieceLength))
	if len(layer) < i+32 {
		return [32]byte{}, false
	}
	return [32]byte(layer[i : i+32]), true
}
