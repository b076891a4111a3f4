package tracker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

// Flags of a member in a snapshot.
const (
	has4 = 1 << iota
	has6
	isSeed
)

const (
	swarmHeader  = 20 + 8 + 4     // info hash, completed, number of members
	memberHeader = 1 + 20 + 4 + 4 // flags, peer ID, key, seconds since the last announce
)

// AppendSnapshot appends all swarms. Each is its info hash, the number of completed downloads (8
// bytes, like all numbers in big-endian order), the number of members (4), and for each member: a
// byte of flags (1: has an IPv4 address, 2: an IPv6 address, 4: is a seed), its peer ID, its key (4),
// the seconds since its last announce (4), and its addresses in compact form.
func (t *Tracker) AppendSnapshot(dst []byte, now time.Duration) []byte {
	for _, s := range t.order {
		dst = append(dst, s.infoHash[:]...)
		dst = binary.BigEndian.AppendUint64(dst, uint64(s.completed))
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(s.members)))
		for i := range s.members {
			dst = s.appendMember(dst, i, now)
		}
	}
	return dst
}

// appendMember appends the member at i.
func (s *swarm) appendMember(dst []byte, i int, now time.Duration) []byte {
	m, e := &s.members[i], s.endpoint6(i)
	var flags byte
	if m.port4 != 0 {
		flags |= has4
	}
	if e.port != 0 {
		flags |= has6
	}
	if i >= s.leechers {
		flags |= isSeed
	}
	dst = append(append(dst, flags), m.id[:]...)
	dst = binary.BigEndian.AppendUint32(dst, m.key)
	dst = binary.BigEndian.AppendUint32(dst, uint32(min(max((now-m.announcedAt)/time.Second, 0), 1<<32-1)))
	if m.port4 != 0 {
		dst = binary.BigEndian.AppendUint16(append(dst, m.ip4[:]...), m.port4)
	}
	if e.port != 0 {
		dst = binary.BigEndian.AppendUint16(append(dst, e.ip[:]...), e.port)
	}
	return dst
}

// SnapshotSwarm returns the info hash of the first swarm of a snapshot.
func SnapshotSwarm(data []byte) (infoHash [20]byte, err error) {
	if len(data) < swarmHeader {
		return infoHash, fmt.Errorf("tracker: a snapshot ends in a swarm, after %d bytes of it", len(data))
	}
	return [20]byte(data), nil
}

// RestoreSwarm adds the first swarm of a snapshot, which the tracker must not have, and returns the
// rest of the data. The time since the snapshot does not count: peers could not announce. After an
// error the tracker may have a part of the swarm.
func (t *Tracker) RestoreSwarm(data []byte, now time.Duration) (rest []byte, err error) {
	hash, err := SnapshotSwarm(data)
	if err != nil {
		return nil, err
	}
	if t.swarm(hash) != nil {
		return nil, fmt.Errorf("tracker: a snapshot has the swarm %x twice", hash)
	}
	completed := binary.BigEndian.Uint64(data[20:])
	if completed > math.MaxInt32 {
		return nil, fmt.Errorf("tracker: a snapshot has %d completed downloads of %x", completed, hash)
	}
	members := binary.BigEndian.Uint32(data[28:])
	if data = data[swarmHeader:]; uint64(members)*memberHeader > uint64(len(data)) {
		return nil, fmt.Errorf("tracker: a snapshot ends in the swarm %x, which has %d peers", hash, members)
	}
	s := t.newSwarm(hash, now)
	s.completed = int(completed)
	s.members = make([]member, 0, members)
	for range members {
		if data, err = t.restoreMember(s, data, now); err != nil {
			return nil, fmt.Errorf("tracker: a snapshot's swarm %x: %w", hash, err)
		}
	}
	return data, nil
}

// restoreMember adds the first member of the data to s.
func (t *Tracker) restoreMember(s *swarm, data []byte, now time.Duration) (rest []byte, err error) {
	if len(data) < memberHeader {
		return nil, errors.New("a peer is cut off")
	}
	flags := data[0]
	m := member{id: [20]byte(data[1:]), key: binary.BigEndian.Uint32(data[21:])}
	m.announcedAt = now - time.Duration(binary.BigEndian.Uint32(data[25:]))*time.Second
	data = data[memberHeader:]
	if flags&(has4|has6) == 0 || flags >= 2*isSeed {
		return nil, fmt.Errorf("a peer has the flags %d", flags)
	}
	var e endpoint6
	if flags&has4 != 0 {
		if len(data) < 6 {
			return nil, errors.New("an IPv4 address is cut off")
		}
		m.ip4, m.port4 = [4]byte(data), binary.BigEndian.Uint16(data[4:])
		data = data[6:]
	}
	if flags&has6 != 0 {
		if len(data) < 18 {
			return nil, errors.New("an IPv6 address is cut off")
		}
		e.ip, e.port = [16]byte(data), binary.BigEndian.Uint16(data[16:])
		data = data[18:]
	}
	if m.port4 == 0 && flags&has4 != 0 || e.port == 0 && flags&has6 != 0 {
		return nil, errors.New("a peer has port 0")
	}
	if s.find(&m.id) >= 0 {
		return nil, fmt.Errorf("the peer %x is there twice", m.id)
	}
	t.join(s, m, e, flags&isSeed != 0)
	return data, nil
}
