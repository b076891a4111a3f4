package live

import (
	"net"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// sourceAddress makes the responses of a socket that listens at all addresses leave from the address
// that the request came to (IP_PKTINFO). The system would choose one by its routes, and clients drop
// packets from an address that they did not write to.
type sourceAddress struct {
	is6      bool
	received [64]byte          // the control message of the last packet
	controls map[string][]byte // control messages for responses, by those received
}

// maxControls bounds the number of control messages that are kept, one for each address and
// interface.
const maxControls = 256

// askForSource makes the system deliver the addresses that packets came to.
func askForSource(conn *net.UDPConn, is6 bool) error {
	if is6 {
		return ipv6.NewPacketConn(conn).SetControlMessage(ipv6.FlagDst, true)
	}
	return ipv4.NewPacketConn(conn).SetControlMessage(ipv4.FlagDst, true)
}

// control returns the control message for the response to the last packet, whose control message
// has n bytes.
func (s *sourceAddress) control(n int) []byte {
	if c, ok := s.controls[string(s.received[:n])]; ok {
		return c
	}
	c := s.parse(s.received[:n])
	if s.controls == nil || len(s.controls) >= maxControls {
		s.controls = map[string][]byte{}
	}
	s.controls[string(s.received[:n])] = c
	return c
}

func (s *sourceAddress) parse(received []byte) []byte {
	if s.is6 {
		var m ipv6.ControlMessage
		if m.Parse(received) != nil || m.Dst == nil {
			return nil
		}
		reply := ipv6.ControlMessage{Src: m.Dst}
		if m.Dst.IsLinkLocalUnicast() {
			reply.IfIndex = m.IfIndex
		}
		return reply.Marshal()
	}
	var m ipv4.ControlMessage
	if m.Parse(received) != nil || m.Dst == nil || m.Dst.IsMulticast() {
		return nil
	}
	return (&ipv4.ControlMessage{Src: m.Dst}).Marshal()
}
