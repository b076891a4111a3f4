package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/client/live/httpclient"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// liveSource is what a user names a torrent by: its file, or a magnet link.
type liveSource struct {
	arg    string
	meta   *torrent.Meta   // nil for a magnet link
	magnet *torrent.Magnet // nil for a torrent file
}

// name returns the torrent's name, for messages.
func (s *liveSource) name() string {
	switch {
	case s.meta != nil:
		return s.meta.Name
	case s.magnet.Name != "":
		return s.magnet.Name
	}
	return fmt.Sprintf("%x", s.magnet.InfoHash())
}

func (s *liveSource) hash() [20]byte {
	if s.meta != nil {
		return s.meta.InfoHash
	}
	return s.magnet.InfoHash()
}

// isWebURL reports whether an argument is the http or https URL of a torrent file.
func isWebURL(arg string) bool {
	scheme, _, ok := strings.Cut(arg, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// findSource reads a torrent file from a path, from standard input for - or from a URL, or a magnet
// link.
func findSource(cmd *cobra.Command, arg string) (*liveSource, error) {
	switch {
	case torrent.IsMagnet(arg):
		link, err := torrent.ParseMagnet(arg)
		if err != nil {
			return nil, usageError{fmt.Errorf("the magnet link %w", err)}
		}
		return &liveSource{arg: arg, magnet: link}, nil
	case isWebURL(arg):
		text, shown, err := fetchTorrent(cmd.Context(), arg)
		if err != nil {
			return nil, err
		}
		m, err := parseTorrent(cmd, shown, text)
		return &liveSource{arg: shown, meta: m}, err
	}
	m, err := readTorrent(cmd, arg)
	return &liveSource{arg: arg, meta: m}, err
}

// findSources reads all arguments, which must name different torrents.
func findSources(cmd *cobra.Command, args []string) ([]*liveSource, error) {
	var out []*liveSource
	seen := map[[20]byte]string{}
	for _, arg := range args {
		s, err := findSource(cmd, arg)
		if err != nil {
			return nil, err
		}
		if first, twice := seen[s.hash()]; twice {
			return nil, usageError{fmt.Errorf("%q and %q are the same torrent, %x; name it once", first, arg, s.hash())}
		}
		seen[s.hash()] = arg
		out = append(out, s)
	}
	return out, nil
}

// fetchTimeout bounds the download of a torrent file.
const fetchTimeout = time.Minute

// fetchTorrent downloads a torrent file. shown is its URL without what may be a secret: the user and
// the query.
func fetchTorrent(ctx context.Context, text string) (torrentFile []byte, shown string, err error) {
	u, err := url.Parse(text)
	if err == nil {
		err = httpclient.CheckURL(u)
	}
	if err != nil {
		return nil, "", usageError{fmt.Errorf("%q is not the URL of a torrent file: %w", text, httpclient.Reason(err))}
	}
	shown = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	trip, _ := httpclient.With(ctx, true) // the user has typed the URL
	request, err := http.NewRequestWithContext(trip, http.MethodGet, text, nil)
	if err != nil {
		return nil, shown, usageError{err}
	}
	c := httpclient.New(httpclient.Options{})
	defer c.CloseIdleConnections()
	response, err := c.Do(request)
	if err != nil {
		return nil, shown, fmt.Errorf("cannot fetch %s: %w", shown, httpclient.Reason(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, shown, fmt.Errorf("cannot fetch %s: the server answers %s", shown, scenario.Printable(response.Status))
	}
	torrentFile, err = bounded.ReadAll(response.Body, torrent.MaxFile)
	if err != nil {
		return nil, shown, fmt.Errorf("cannot fetch %s: %w", shown, err)
	}
	return torrentFile, shown, nil
}

// checkDistinctFiles refuses torrents that would write the same file in a folder.
func checkDistinctFiles(sources []*liveSource) error {
	owners := map[string]*liveSource{}
	for _, s := range sources {
		if s.meta == nil || len(sources) == 1 {
			continue
		}
		for i := range s.meta.Files {
			f := &s.meta.Files[i]
			if f.Padding() {
				continue
			}
			path := filepath.Join(s.meta.Name, f.Path)
			if s.meta.Single {
				path = f.Path
			}
			if other := owners[path]; other != nil && other != s {
				return usageError{fmt.Errorf("%q and %q both have the file %q; download them one after the other, each with a --dir "+
					"of its own", other.arg, s.arg, path)}
			}
			owners[path] = s
		}
	}
	return nil
}

// errNoTorrent is the error of a command that needs torrents and got none.
var errNoTorrent = errors.New("it needs a torrent file, a magnet link or a URL")

// someTorrents requires at least one argument.
func someTorrents(example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		path := cmd.CommandPath()
		return usageError{fmt.Errorf("%s: %w, such as %s %s; %s --help says more", path, errNoTorrent, path, example, path)}
	}
}
