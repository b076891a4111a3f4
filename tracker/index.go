package tracker

import "hash/maphash"

// index finds the position of a peer ID among the members of a swarm. Up to linearMembers members
// are searched one by one. More have a hash table with open addressing and linear probing, which
// takes some 7 bytes a member where a Go map takes 40. The hash is keyed, so that peers cannot
// choose IDs that collide, and no result depends on it.
type index struct {
	slots []uint32 // position + 1, 0 for an empty slot; the length is a power of 2
}

// linearMembers is the number of members up to which a swarm has no table.
const linearMembers = 16

// hashSeed is the key of the hash function.
var hashSeed = maphash.MakeSeed()

// home returns the slot where the search for an ID begins.
func (x *index) home(id *[20]byte) int {
	return int(maphash.Bytes(hashSeed, id[:])) & (len(x.slots) - 1)
}

// find returns the position of an ID, or -1.
func (x *index) find(members []member, id *[20]byte) int {
	if x.slots == nil {
		for i := range members {
			if members[i].id == *id {
				return i
			}
		}
		return -1
	}
	if at := x.slot(members, id); at >= 0 {
		return int(x.slots[at]) - 1
	}
	return -1
}

// slot returns the slot of an ID, or -1.
func (x *index) slot(members []member, id *[20]byte) int {
	for at := x.home(id); x.slots[at] != 0; at = (at + 1) & (len(x.slots) - 1) {
		if members[x.slots[at]-1].id == *id {
			return at
		}
	}
	return -1
}

// insert adds the member at a position, whose ID is not in the index.
func (x *index) insert(members []member, i int) {
	if x.slots == nil && len(members) <= linearMembers {
		return
	}
	if len(members)*4 > len(x.slots)*3 {
		x.build(members, max(2*linearMembers, 2*len(x.slots)))
		return
	}
	x.put(members, i)
}

func (x *index) put(members []member, i int) {
	at := x.home(&members[i].id)
	for x.slots[at] != 0 {
		at = (at + 1) & (len(x.slots) - 1)
	}
	x.slots[at] = uint32(i) + 1
}

// build makes a table of all members.
func (x *index) build(members []member, slots int) {
	x.slots = make([]uint32, slots)
	for i := range members {
		x.put(members, i)
	}
}

// remove removes the last of the members, which is about to leave. Later entries of the same run of
// slots move up, so that a search never meets a gap before its entry.
func (x *index) remove(members []member, last int) {
	if x.slots == nil {
		return
	}
	if last <= linearMembers/2 {
		x.slots = nil
		return
	}
	if last*8 < len(x.slots) {
		x.build(members[:last], len(x.slots)/2)
		return
	}
	mask := len(x.slots) - 1
	gap := x.slot(members, &members[last].id)
	for at := (gap + 1) & mask; x.slots[at] != 0; at = (at + 1) & mask {
		home := x.home(&members[x.slots[at]-1].id)
		if (at-home)&mask >= (at-gap)&mask { // the search for this entry passes the gap
			x.slots[gap] = x.slots[at]
			gap = at
		}
	}
	x.slots[gap] = 0
}

// swap exchanges the positions of the members at i and j, which are about to be swapped.
func (x *index) swap(members []member, i, j int) {
	if x.slots == nil {
		return
	}
	a, b := x.slot(members, &members[i].id), x.slot(members, &members[j].id)
	x.slots[a], x.slots[b] = x.slots[b], x.slots[a]
}
