package torrent

import (
	"fmt"

	"swarmsim/torrent/bencode"
)

// SetPrivate sets or clears the private flag (BEP 27). It is part of the info dictionary: the info
// hashes change, and with them the swarm.
func (m *Meta) SetPrivate(private bool) error {
	var value []byte
	if private {
		value = bencode.AppendInt(nil, 1)
	}
	if err := m.setInfo("private", value); err != nil {
		return err
	}
	m.Private = private
	return nil
}

// SetSource sets the source, or removes it with "". It is part of the info dictionary: the info
// hashes change, and with them the swarm. Trackers use it to tell their torrents from those of others.
func (m *Meta) SetSource(source string) error {
	var value []byte
	if source != "" {
		value = bencode.AppendString(nil, source)
	}
	if err := m.setInfo("source", value); err != nil {
		return err
	}
	m.Source = source
	return nil
}

// setInfo sets a key of the info dictionary, or removes it if value is nil. Without a change the
// dictionary stays as it is, byte for byte; otherwise its keys are put in order.
func (m *Meta) setInfo(key string, value []byte) error {
	f, err := bencode.ReadFields(bencode.NewReader(m.Info))
	if err != nil {
		return fmt.Errorf("the info dictionary %w", err)
	}
	if string(f[key]) == string(value) {
		return nil
	}
	if value == nil {
		delete(f, key)
	} else {
		f[key] = value
	}
	m.Info = f.Append(nil)
	m.setHashes()
	return nil
}
