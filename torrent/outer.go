package torrent

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"swarmsim/torrent/bencode"
)

// maxExtra limits the keys that have no field.
const maxExtra = 1000

// readOuter reads the dictionary of a torrent file but for the values of info and piece layers, which
// it returns. end is the number of bytes of the dictionary. Values that are wrong are left out with a
// warning, because the torrent can be used without them.
func (m *Meta) readOuter(text []byte) (info, layers []byte, end int, err error) {
	var announce, utf8Comment string
	var list [][]string
	m.extra = map[string][]byte{}
	r := bencode.NewReader(text)
	err = r.Dict(func(key []byte) error {
		raw, err := r.Raw() // the syntax is checked here, so that only kinds can be wrong below
		if err != nil {
			return err
		}
		v := bencode.NewReader(raw)
		switch string(key) {
		case "info":
			info = raw
		case "piece layers":
			layers = raw
		case "announce":
			announce = strings.TrimSpace(m.text("announce", v))
		case "announce-list":
			list = m.tiers(v)
		case "url-list":
			m.WebSeeds = m.urls("url-list", v)
		case "httpseeds":
			m.HTTPSeeds = m.urls("httpseeds", v)
		case "nodes":
			m.Nodes = m.nodes(v)
		case "comment":
			m.Comment = m.text("comment", v)
		case "created by":
			m.CreatedBy = m.text("created by", v)
		case "encoding":
			m.Encoding = m.text("encoding", v)
		case "creation date":
			if n, err := v.Int(); err != nil {
				m.leftOut("creation date", err)
			} else if n > 0 && n < 1<<40 {
				m.CreationDate = time.Unix(n, 0).UTC()
			}
		case "comment.utf-8":
			utf8Comment = m.text("comment.utf-8", v)
		default:
			if len(m.extra) == maxExtra {
				return fmt.Errorf("has more than %d keys that no BEP has", maxExtra)
			}
			m.extra[string(key)] = raw
		}
		return nil
	})
	if utf8Comment != "" {
		m.Comment = utf8Comment
	}
	m.setTrackers(announce, list)
	return info, layers, r.Offset(), err
}

func (m *Meta) leftOut(key string, err error) {
	m.warn(fmt.Sprintf("%s %v; it is left out", key, err))
}

func (m *Meta) text(key string, r *bencode.Reader) string {
	s, err := r.Bytes()
	if err != nil {
		m.leftOut(key, err)
	}
	return strings.ToValidUTF8(string(s), "\uFFFD")
}

// setTrackers uses announce only without a list, as BEP 12 wants it.
func (m *Meta) setTrackers(announce string, list [][]string) {
	m.Trackers = list
	if len(list) == 0 && announce != "" {
		if err := CheckURL(announce); err != nil {
			m.leftOut("announce", err)
			return
		}
		m.Trackers = [][]string{{announce}}
	}
}

// tiers reads an announce-list. Trackers that occur twice are left out.
func (m *Meta) tiers(r *bencode.Reader) [][]string {
	var out [][]string
	seen := map[string]bool{}
	err := r.List(func(int) error {
		var tier []string
		add := func(int) error {
			if url, ok := m.url("announce-list", r); ok && !seen[url] {
				seen[url] = true
				tier = append(tier, url)
			}
			return nil
		}
		switch r.Kind() {
		case bencode.List:
			if err := r.List(add); err != nil {
				return err
			}
		case bencode.String: // a list of trackers without tiers, which some programs write
			if err := add(0); err != nil {
				return err
			}
		}
		if len(tier) > 0 {
			out = append(out, tier)
		}
		return nil
	})
	if err != nil {
		m.leftOut("announce-list", err)
	}
	return out
}

// urls reads a list of URLs, or a single URL.
func (m *Meta) urls(key string, r *bencode.Reader) []string {
	var out []string
	seen := map[string]bool{}
	add := func(int) error {
		if url, ok := m.url(key, r); ok && !seen[url] {
			seen[url] = true
			out = append(out, url)
		}
		return nil
	}
	if r.Kind() == bencode.String {
		_ = add(0)
		return out
	}
	if err := r.List(add); err != nil {
		m.leftOut(key, err)
	}
	return out
}

// url reads a URL of a list. Empty ones are usual and left out without a warning.
func (m *Meta) url(key string, r *bencode.Reader) (string, bool) {
	raw, err := r.Bytes()
	if err != nil {
		m.leftOut(key, err)
		return "", false
	}
	text := strings.TrimSpace(string(raw))
	if text == "" {
		return "", false
	}
	text = strings.ReplaceAll(text, " ", "%20")
	if err := CheckURL(text); err != nil {
		m.leftOut(key, err)
		return "", false
	}
	return text, true
}

// maxURL is the length in bytes of the longest URL that is read.
const maxURL = 4096

// CheckURL checks that a text is an absolute URL, for trackers and web seeds. Which schemes can be used
// is up to the client. The text of an error continues a sentence about what has the URL.
func CheckURL(text string) error {
	if len(text) > maxURL {
		return fmt.Errorf("has a URL of %d bytes; at most %d are read", len(text), maxURL)
	}
	u, err := url.Parse(text)
	var why *url.Error
	if errors.As(err, &why) {
		err = why.Err
	}
	if err != nil {
		return fmt.Errorf("has %q, which is not a URL: %w", text, err)
	}
	if u.Scheme == "" || u.Host == "" {
		return fmt.Errorf("has %q, which is not a URL such as http://example.org/announce", text)
	}
	return nil
}

// nodes reads DHT nodes, each a list of a host and a port (BEP 5).
func (m *Meta) nodes(r *bencode.Reader) []string {
	var out []string
	err := r.List(func(int) error {
		var host []byte
		port := int64(0)
		if r.Kind() != bencode.List {
			return nil
		}
		err := r.List(func(i int) (err error) {
			switch {
			case i == 0 && r.Kind() == bencode.String:
				host, err = r.Bytes()
			case i == 1 && r.Kind() == bencode.Integer:
				port, err = r.Int()
			}
			return err
		})
		if err != nil {
			return err
		}
		if len(host) == 0 || len(host) > 255 || port < 1 || port > 65535 || strings.ContainsAny(string(host), " /[]\x00") {
			m.leftOut("nodes", fmt.Errorf("has the node %q, port %d; a node is a host and a port", host, port))
			return nil
		}
		out = append(out, joinHostPort(string(host), int(port)))
		return nil
	})
	if err != nil {
		m.leftOut("nodes", err)
	}
	return out
}

// joinHostPort is net.JoinHostPort; this package does not import net.
func joinHostPort(host string, port int) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}

// IsHostPort reports whether a text is a host and a port, such as 192.0.2.7:6881 or [2001:db8::1]:6881.
func IsHostPort(text string) bool {
	_, _, ok := splitHostPort(text)
	return ok
}

// splitHostPort reports false for what is not "host:port".
func splitHostPort(s string) (host string, port int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 1 {
		return "", 0, false
	}
	host = s[:i]
	if inner, v6 := strings.CutPrefix(host, "["); v6 {
		if host, ok = strings.CutSuffix(inner, "]"); !ok {
			return "", 0, false
		}
	} else if strings.Contains(host, ":") {
		return "", 0, false
	}
	port, err := strconv.Atoi(s[i+1:])
	return host, port, err == nil && port > 0 && port < 1<<16 && host != ""
}
