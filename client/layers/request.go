package layers

import (
	"encoding/binary"

	"swarmsim/torrent/merkle"
)

// Request names hashes of a file's tree: the payload of HASH REQUEST and HASH REJECT, with which that of
// HASHES begins.
type Request struct {
	Root        merkle.Hash // of the file
	Base        uint32      // the layer, counted from the leaves
	Index       uint32      // of the first hash in it
	Count       uint32      // of hashes
	ProofLayers uint32      // layers above Base whose uncle hashes are wanted
}

// RequestBytes is the length of an encoded Request.
const RequestBytes = 32 + 4*4

// Append appends the encoded request.
func (r *Request) Append(b []byte) []byte {
	b = append(b, r.Root[:]...)
	for _, n := range []uint32{r.Base, r.Index, r.Count, r.ProofLayers} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

// DecodeRequest decodes the request at the beginning of a payload, and returns what follows it.
func DecodeRequest(payload []byte) (r Request, rest []byte, ok bool) {
	if len(payload) < RequestBytes {
		return Request{}, nil, false
	}
	r.Root = merkle.Hash(payload[:32])
	for i, n := range []*uint32{&r.Base, &r.Index, &r.Count, &r.ProofLayers} {
		*n = binary.BigEndian.Uint32(payload[32+4*i:])
	}
	return r, payload[RequestBytes:], true
}

// decodeHashes decodes the hashes of an answer.
func decodeHashes(b []byte) ([]merkle.Hash, bool) {
	if len(b)%32 != 0 {
		return nil, false
	}
	out := make([]merkle.Hash, len(b)/32)
	for i := range out {
		out[i] = merkle.Hash(b[32*i:])
	}
	return out, true
}
