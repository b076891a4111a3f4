package cli

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/reports"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

func torrentShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "show FILE|MAGNET",
		Short: "Print what a torrent file or a magnet link says",
		Long: `Prints what a torrent file, - for one on standard input, or a magnet link says.
What is wrong in a torrent and can be mended is a warning; a torrent that is
unusable or dangerous is refused with the reason.`,
		Example: `  swarmsim torrent show some.torrent
  swarmsim torrent show --json some.torrent
  swarmsim torrent show 'magnet:?xt=urn:btih:d2474e86c95b19b8bcfdb92bc12c9d44667cfa36'`,
		Args: oneArgument("a torrent file or a magnet link", "some.torrent"),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		out := cmd.OutOrStdout()
		if torrent.IsMagnet(args[0]) {
			return showMagnet(out, args[0], asJSON)
		}
		m, err := readTorrent(cmd, args[0])
		if err != nil {
			return err
		}
		if asJSON {
			return printTorrentJSON(out, m)
		}
		printTorrent(out, m, true)
		return nil
	})
	return c
}

// lines prints a label before each value that is not empty.
type lines struct{ w io.Writer }

func (l lines) add(label, value string) {
	if value != "" {
		fmt.Fprintf(l.w, "%-13s %s\n", label, scenario.Printable(value))
	}
}

func (l lines) addAll(label string, values []string) {
	for _, v := range values {
		l.add(label, v)
		label = ""
	}
}

// printTorrent prints a torrent, with its files on request.
func printTorrent(w io.Writer, m *torrent.Meta, withFiles bool) {
	l := lines{w}
	l.add("name", m.Name)
	l.add("version", m.Version.String())
	l.add("info hash", hashText(m.InfoHashV1[:]))
	l.add("info hash v2", hashText(m.InfoHashV2[:]))
	stored := 0
	for i := range m.Files {
		if !m.Files[i].Padding() {
			stored++
		}
	}
	l.add("size", fmt.Sprintf("%s (%d bytes) in %s", reports.Size(m.Size()), m.Size(), plural(stored, "file")))
	l.add("pieces", fmt.Sprintf("%d of %s", m.Pieces(), scenario.Bytes(m.PieceLength)))
	if m.Private {
		l.add("private", "yes: peers are found by the trackers only")
	}
	l.add("source", m.Source)
	for i, tier := range m.Trackers {
		label := ""
		if i == 0 {
			label = "trackers"
		}
		l.add(label, strings.Join(tier, ", "))
	}
	l.addAll("web seeds", m.WebSeeds)
	l.addAll("HTTP seeds", m.HTTPSeeds)
	l.addAll("DHT nodes", m.Nodes)
	l.add("comment", m.Comment)
	l.add("created by", m.CreatedBy)
	if !m.CreationDate.IsZero() {
		l.add("created", m.CreationDate.UTC().Format(time.RFC3339))
	}
	if withFiles {
		printTorrentFiles(w, m)
	}
}

func printTorrentFiles(w io.Writer, m *torrent.Meta) {
	fmt.Fprintln(w, "files")
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() {
			continue
		}
		text := f.Path
		if f.Attr.Has(torrent.Symlink) {
			text += " -> " + f.Symlink
		}
		if f.Attr.Has(torrent.Executable) {
			text += " (executable)"
		}
		fmt.Fprintf(w, "%12s  %s\n", reports.Size(f.Length), scenario.Printable(text))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// hashText returns a hash in hexadecimal, and "" for one that is not there.
func hashText(hash []byte) string {
	for _, b := range hash {
		if b != 0 {
			return hex.EncodeToString(hash)
		}
	}
	return ""
}

// torrentJSON is a torrent as swarmsim torrent show --json prints it.
type torrentJSON struct {
	Name        string     `json:"name"`
	Version     string     `json:"version"`
	InfoHashV1  string     `json:"info_hash_v1,omitempty"`
	InfoHashV2  string     `json:"info_hash_v2,omitempty"`
	Size        int64      `json:"size_bytes"`
	PieceLength int64      `json:"piece_length_bytes"`
	Pieces      int        `json:"pieces"`
	Private     bool       `json:"private"`
	Source      string     `json:"source,omitempty"`
	Trackers    [][]string `json:"trackers"`
	WebSeeds    []string   `json:"web_seeds,omitempty"`
	HTTPSeeds   []string   `json:"http_seeds,omitempty"`
	Nodes       []string   `json:"nodes,omitempty"`
	Comment     string     `json:"comment,omitempty"`
	CreatedBy   string     `json:"created_by,omitempty"`
	Created     string     `json:"creation_date,omitempty"`
	Magnet      string     `json:"magnet"`
	Files       []fileJSON `json:"files"` // with padding files
	Warnings    []string   `json:"warnings,omitempty"`
}

type fileJSON struct {
	Path       string `json:"path"`
	Length     int64  `json:"length_bytes"`
	Offset     int64  `json:"offset_bytes"`
	Attributes string `json:"attributes,omitempty"` // the letters of BEP 47
	Symlink    string `json:"symlink,omitempty"`
	SHA1       string `json:"sha1,omitempty"`
	Root       string `json:"pieces_root,omitempty"`
}

func printTorrentJSON(w io.Writer, m *torrent.Meta) error {
	t := torrentJSON{
		Name:        m.Name,
		Version:     m.Version.String(),
		InfoHashV1:  hashText(m.InfoHashV1[:]),
		InfoHashV2:  hashText(m.InfoHashV2[:]),
		Size:        m.Size(),
		PieceLength: m.PieceLength,
		Pieces:      m.Pieces(),
		Private:     m.Private,
		Source:      m.Source,
		Trackers:    m.Trackers,
		WebSeeds:    m.WebSeeds,
		HTTPSeeds:   m.HTTPSeeds,
		Nodes:       m.Nodes,
		Comment:     m.Comment,
		CreatedBy:   m.CreatedBy,
		Magnet:      m.Magnet().String(),
		Warnings:    m.Warnings,
	}
	if t.Trackers == nil {
		t.Trackers = [][]string{}
	}
	if !m.CreationDate.IsZero() {
		t.Created = m.CreationDate.UTC().Format(time.RFC3339)
	}
	for i := range m.Files {
		f := &m.Files[i]
		t.Files = append(t.Files, fileJSON{
			Path:       f.Path,
			Length:     f.Length,
			Offset:     f.Offset,
			Attributes: f.Attr.String(),
			Symlink:    f.Symlink,
			SHA1:       hashText(f.SHA1),
			Root:       hashText(f.Root[:]),
		})
	}
	return writeJSON(w, t)
}
