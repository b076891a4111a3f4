package lsd

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// announce is a datagram of BEP 14.
type announce struct {
	port       uint16 // TCP and uTP port of the peer
	infoHashes [][20]byte
	cookie     string // chosen by the sender to recognize its own announces; may be empty
}

const (
	firstLine   = "BT-SEARCH * HTTP/1.1"
	maxDatagram = 1400 // bytes that are sent; BEP 14
	maxReceived = 2048
	maxCookie   = 64

	// maxInfoHashes is how many fit: a line has 52 bytes, and all else less than 150.
	maxInfoHashes = 24
)

// encode returns the datagram for a group, the Host header.
func (a announce) encode(group string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\nHost: %s\r\nPort: %d\r\n", firstLine, group, a.port)
	for _, h := range a.infoHashes {
		fmt.Fprintf(&b, "Infohash: %x\r\n", h)
	}
	if a.cookie != "" {
		fmt.Fprintf(&b, "cookie: %s\r\n", a.cookie)
	}
	b.WriteString("\r\n\r\n")
	return b.Bytes()
}

// decode reads a datagram. Headers may be in any order and case; unknown ones are ignored, as BEP 14
// demands.
func decode(datagram []byte) (a announce, err error) {
	if len(datagram) > maxReceived {
		return a, fmt.Errorf("a datagram of %d bytes", len(datagram))
	}
	lines := strings.Split(string(datagram), "\r\n")
	if lines[0] != firstLine {
		return a, fmt.Errorf("the first line is %.40q, not %q", lines[0], firstLine)
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "port":
			port, err := strconv.ParseUint(value, 10, 16)
			if err != nil || port == 0 {
				return a, fmt.Errorf("the port is %.20q", value)
			}
			a.port = uint16(port)
		case "infohash":
			h, err := hex.DecodeString(value)
			if err != nil || len(h) != 20 {
				return a, fmt.Errorf("the info hash %.50q has not 40 hexadecimal digits", value)
			}
			a.infoHashes = append(a.infoHashes, [20]byte(h))
		case "cookie":
			if len(value) > maxCookie {
				return a, fmt.Errorf("a cookie of %d bytes", len(value))
			}
			a.cookie = value
		}
	}
	if a.port == 0 || len(a.infoHashes) == 0 {
		return a, errors.New("an announce without port or info hash")
	}
	return a, nil
}
