package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/reports"
	"swarmsim/torrent"
)

func torrentMagnetCommand() *cobra.Command {
	var peers []string
	var bare bool
	c := &cobra.Command{
		Use:   "magnet FILE",
		Short: "Print the magnet link of a torrent file",
		Long: `Prints the magnet link of a torrent file, with its name, size, trackers and web
seeds. That of a hybrid has the info hashes of both versions.`,
		Example: `  swarmsim torrent magnet some.torrent
  swarmsim torrent magnet some.torrent --bare
  swarmsim torrent magnet some.torrent --peer 192.0.2.7:6881`,
		Args: oneArgument("a torrent file", "some.torrent"),
	}
	c.Flags().BoolVar(&bare, "bare", false, "info hashes only")
	c.Flags().Var(flags.List(&peers, "host:port", "192.0.2.7:6881", parseNode), "peer", "add a peer to the link (repeatable)")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		m, err := readTorrent(cmd, args[0])
		if err != nil {
			return err
		}
		link := m.Magnet()
		if bare {
			link = &torrent.Magnet{InfoHashV1: link.InfoHashV1, InfoHashV2: link.InfoHashV2}
		}
		link.Peers = peers
		_, err = fmt.Fprintln(cmd.OutOrStdout(), link)
		return err
	})
	return c
}

// magnetJSON is a magnet link as swarmsim torrent show --json prints it.
type magnetJSON struct {
	Name       string          `json:"name,omitempty"`
	InfoHashV1 string          `json:"info_hash_v1,omitempty"`
	InfoHashV2 string          `json:"info_hash_v2,omitempty"`
	Size       int64           `json:"size_bytes,omitempty"`
	Trackers   []string        `json:"trackers,omitempty"`
	WebSeeds   []string        `json:"web_seeds,omitempty"`
	Peers      []string        `json:"peers,omitempty"`
	Select     []torrent.Range `json:"select,omitempty"`
	Magnet     string          `json:"magnet"`
}

func showMagnet(w io.Writer, text string, asJSON bool) error {
	m, err := torrent.ParseMagnet(text)
	if err != nil {
		return usageError{fmt.Errorf("the magnet link %w", err)}
	}
	if asJSON {
		return writeJSON(w, magnetJSON{
			Name:       m.Name,
			InfoHashV1: hashText(m.InfoHashV1[:]),
			InfoHashV2: hashText(m.InfoHashV2[:]),
			Size:       m.Length,
			Trackers:   m.Trackers,
			WebSeeds:   m.WebSeeds,
			Peers:      m.Peers,
			Select:     m.Select,
			Magnet:     m.String(),
		})
	}
	l := lines{w}
	l.add("name", m.Name)
	l.add("info hash", hashText(m.InfoHashV1[:]))
	l.add("info hash v2", hashText(m.InfoHashV2[:]))
	if m.Length > 0 {
		l.add("size", reports.Size(m.Length))
	}
	l.addAll("trackers", m.Trackers)
	l.addAll("web seeds", m.WebSeeds)
	l.addAll("peers", m.Peers)
	for _, r := range m.Select {
		l.add("files", fmt.Sprintf("number %d to %d", r.First, r.Last))
	}
	return nil
}
