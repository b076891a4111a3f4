package portmap

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"
)

// The versions in the first byte of a packet.
const (
	versionNATPMP = 0
	versionPCP    = 2
)

// The opcodes of NAT-PMP (RFC 6886 section 3) and of PCP (RFC 6887 section 11). Answers have the top
// bit set.
const (
	opExternal = 0 // NAT-PMP
	opMapUDP   = 1 // NAT-PMP
	opMapTCP   = 2 // NAT-PMP
	opMap      = 1 // PCP
	opAnswer   = 0x80
)

// nonce identifies a PCP mapping (RFC 6887 section 11.1).
type nonce [12]byte

// pcpRequest returns a MAP request (RFC 6887 sections 7.1 and 11.1). A lifetime of 0 removes the
// mapping.
func pcpRequest(n nonce, local netip.Addr, p Port, external uint16, lifetime time.Duration) []byte {
	client, any4 := local.As16(), netip.AddrFrom4([4]byte{}).As16()
	out := []byte{versionPCP, opMap, 0, 0}
	out = binary.BigEndian.AppendUint32(out, uint32(lifetime/time.Second))
	out = append(append(out, client[:]...), n[:]...)
	out = append(out, byte(p.Protocol), 0, 0, 0)
	out = binary.BigEndian.AppendUint16(out, p.Internal)
	out = binary.BigEndian.AppendUint16(out, external)
	return append(out, any4[:]...)
}

// parsePCP parses the answer to a MAP request. ok is false if it answers something else.
func parsePCP(data []byte, n nonce, p Port) (l lease, ok bool, err error) {
	if len(data) < 60 || data[0] != versionPCP || data[1] != opMap|opAnswer ||
		nonce(data[24:36]) != n || data[36] != byte(p.Protocol) || binary.BigEndian.Uint16(data[40:]) != p.Internal {
		return lease{}, false, nil
	}
	if code := data[3]; code != 0 {
		return lease{}, true, fmt.Errorf("the router refuses: PCP result %d (%s)", code, pcpResult(code))
	}
	addr := netip.AddrFrom16([16]byte(data[44:60])).Unmap()
	return newLease(addr, binary.BigEndian.Uint16(data[42:]), binary.BigEndian.Uint32(data[4:])), true, nil
}

// pcpResult names the results of RFC 6887 section 7.4 that routers give to a MAP request.
func pcpResult(code byte) string {
	switch code {
	case 1:
		return "unsupported version"
	case 2:
		return "not authorized"
	case 4:
		return "unsupported opcode"
	case 7:
		return "network failure"
	case 8:
		return "no resources"
	case 10:
		return "user exceeds quota"
	case 11:
		return "cannot provide external"
	case 12:
		return "address mismatch"
	}
	return "error"
}

// natpmpRequest returns a mapping request (RFC 6886 section 3.3).
func natpmpRequest(p Port, external uint16, lifetime time.Duration) []byte {
	out := []byte{versionNATPMP, natpmpOp(p), 0, 0}
	out = binary.BigEndian.AppendUint16(out, p.Internal)
	out = binary.BigEndian.AppendUint16(out, external)
	return binary.BigEndian.AppendUint32(out, uint32(lifetime/time.Second))
}

func natpmpOp(p Port) byte {
	if p.Protocol == TCP {
		return opMapTCP
	}
	return opMapUDP
}

// parseNATPMP parses the answer to a mapping request, which has no address. ok is false if it answers
// something else. Refusals may be short.
func parseNATPMP(data []byte, p Port) (l lease, ok bool, err error) {
	if len(data) < 8 || data[0] != versionNATPMP || data[1] != natpmpOp(p)|opAnswer {
		return lease{}, false, nil
	}
	if err := natpmpResult(data); err != nil {
		return lease{}, true, err
	}
	if len(data) < 16 || binary.BigEndian.Uint16(data[8:]) != p.Internal {
		return lease{}, false, nil
	}
	return newLease(netip.Addr{}, binary.BigEndian.Uint16(data[10:]), binary.BigEndian.Uint32(data[12:])), true, nil
}

// parseExternal parses the answer to a request for the external address (RFC 6886 section 3.2).
func parseExternal(data []byte) (a netip.Addr, ok bool, err error) {
	if len(data) < 8 || data[0] != versionNATPMP || data[1] != opExternal|opAnswer {
		return a, false, nil
	}
	if err := natpmpResult(data); err != nil {
		return a, true, err
	}
	if len(data) < 12 {
		return a, false, nil
	}
	return external(netip.AddrFrom4([4]byte(data[8:12]))), true, nil
}

// natpmpResult returns the error of an answer's result code (RFC 6886 section 3.5).
func natpmpResult(data []byte) error {
	names := []string{"success", "unsupported version", "not authorized", "network failure", "out of resources", "unsupported opcode"}
	switch code := binary.BigEndian.Uint16(data[2:]); {
	case code == 0:
		return nil
	case int(code) < len(names):
		return fmt.Errorf("the router refuses: NAT-PMP result %d (%s)", code, names[code])
	default:
		return fmt.Errorf("the router refuses: NAT-PMP result %d", code)
	}
}

// newLease returns a lease with what a router says.
func newLease(addr netip.Addr, port uint16, seconds uint32) lease {
	return lease{netip.AddrPortFrom(external(addr), port), time.Duration(seconds) * time.Second}
}

// external returns an external address; the zero Addr if it cannot be one, as of a router that is not
// connected.
func external(a netip.Addr) netip.Addr {
	if a.IsUnspecified() || a.IsMulticast() {
		return netip.Addr{}
	}
	return a
}
