package torrent

import (
	"bytes"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// Paths are the rules that make the paths of a torrent safe to create on a system. Whatever a
// torrent says, the paths in Meta are below the torrent's folder, valid on that system, and no two of
// them are the same file.
//
// A path that leads out of the folder, with a component "..", is refused, and so is a symbolic link to
// such a path: no honest torrent has one.
// Everything else is mended, because the content is usable, and named in Meta.Warnings:
//   - separators (/, and \ on Windows) in a component are left out, as are characters that change the
//     direction of writing, which disguise an extension;
//   - control characters, NUL, and bytes that are not UTF-8 become _;
//   - a component that is empty or . is left out;
//   - a component of more than 240 bytes is cut, and keeps its extension;
//   - on Windows < > : " | ? * become _ (so C: becomes C_), dots and spaces at the end are left out,
//     and names of devices such as CON and nul.txt get a _ in front;
//   - of two files with the same path the second is renamed to name.1.ext, and so is a file that has
//     the path of a folder.
type Paths struct {
	Windows  bool // names must be valid on Windows
	FoldCase bool // names that differ in case only are the same file
}

// NativePaths returns the rules of the system that the program runs on.
func NativePaths() Paths {
	windows := runtime.GOOS == "windows"
	return Paths{Windows: windows, FoldCase: windows || runtime.GOOS == "darwin" || runtime.GOOS == "ios"}
}

const (
	maxComponent = 240 // bytes of a path's component; with what a client adds to it below 255
	maxPath      = 3000
)

// join makes a safe path of a torrent's components. what and number say which path it is.
func (l *lister) join(parts [][]byte, what string, number int) (string, error) {
	var b strings.Builder
	changed := false
	for _, part := range parts {
		if string(part) == ".." {
			return "", fmt.Errorf("has a path that leads out of its folder: %s %d is %.200q", what, number, parts)
		}
		name := l.paths.clean(part)
		changed = changed || name == "" || name != string(part)
		if name == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('/')
		}
		b.WriteString(name)
		if b.Len() > maxPath {
			return "", fmt.Errorf("has a path of more than %d bytes: %s %d begins with %.60q", maxPath, what, number, b.String())
		}
	}
	if b.Len() == 0 {
		b.WriteByte('_')
	}
	if changed {
		l.m.warn(fmt.Sprintf("the path %.200q is replaced by %q", parts, b.String()))
	}
	return b.String(), nil
}

// resolveLink makes a safe path of the target of a symbolic link. BEP 47 has it from the torrent's
// folder; libtorrent 2.0 writes it from the link's folder, which shows where it begins with "..".
func (l *lister) resolveLink(f *fileDict, number int) error {
	parts := f.link
	if slices.ContainsFunc(parts, func(part []byte) bool { return string(part) == ".." }) {
		target := path.Join(path.Dir(f.path), string(bytes.Join(parts, []byte("/"))))
		if target == ".." || strings.HasPrefix(target, "../") || len(parts[0]) == 0 {
			return fmt.Errorf("has a symbolic link that leads out of its folder: %q to %.200q", f.path, parts)
		}
		l.m.warn(fmt.Sprintf("the symbolic link %q to %.200q is taken as %q", f.path, parts, target))
		parts = bytes.Split([]byte(target), []byte("/"))
	}
	var err error
	f.symlink, err = l.join(parts, "symbolic link", number)
	return err
}

// clean returns a component that is safe, or "" if nothing is left of it.
func (p Paths) clean(raw []byte) string {
	var b strings.Builder
	for text := raw; len(text) > 0; {
		c, n := utf8.DecodeRune(text)
		text = text[n:]
		switch {
		case c == utf8.RuneError && n == 1, c < ' ', c == 0x7f:
			b.WriteByte('_')
		case c == '/', p.Windows && c == '\\', changesDirection(c):
		case p.Windows && strings.ContainsRune(`<>:"|?*`, c):
			b.WriteByte('_')
		default:
			b.WriteRune(c)
		}
	}
	name := cut(b.String())
	if p.Windows {
		name = strings.TrimRight(name, ". ")
		if isDevice(name) {
			name = "_" + name
		}
	}
	if name == "." || name == ".." { // after characters were left out
		return ""
	}
	return name
}

// changesDirection reports whether a character overrides or embeds a direction of writing. The marks
// U+200E and U+200F do not, and are usual in names.
func changesDirection(c rune) bool { return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 }

// cut shortens a component that is too long, and keeps an extension of up to 16 bytes.
func cut(name string) string {
	if len(name) <= maxComponent {
		return name
	}
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 16 {
		ext = name[i:]
	}
	n := maxComponent - len(ext)
	for !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n] + ext
}

// isDevice reports whether a name is that of a device on Windows, with any extension
// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
func isDevice(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	port, isPort := strings.CutPrefix(base, "COM")
	if !isPort {
		port, isPort = strings.CutPrefix(base, "LPT")
	}
	return isPort && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// printableUTF8 replaces bytes that are not UTF-8.
func printableUTF8(raw []byte) string { return strings.ToValidUTF8(string(raw), "\uFFFD") }
