package torrent

import "fmt"

// maxDepth limits the nesting of lists and dictionaries, because the decoder that Parse calls next is
// recursive. A torrent file has five levels, and one more for each folder of a version 2 file tree
// (BEP 52).
const maxDepth = 256

// valueEnd returns the index behind the first bencoded value of a text (BEP 3, bencoding). It checks
// nesting and lengths only; the decoder checks integers and the keys of dictionaries. An error names
// the byte at which the syntax is wrong.
func valueEnd(text []byte) (int, error) {
	depth, at := 0, 0
	for {
		if at >= len(text) {
			return 0, fmt.Errorf("ends at byte %d, in the middle of the data", len(text))
		}
		switch c := text[at]; {
		case c == 'l' || c == 'd':
			if depth++; depth > maxDepth {
				return 0, fmt.Errorf("has lists and dictionaries more than %d deep, at byte %d", maxDepth, at)
			}
			at++
		case c == 'e':
			if depth == 0 {
				return 0, fmt.Errorf("has an end without a beginning at byte %d", at)
			}
			depth--
			at++
		case c == 'i':
			next := at + 1
			for next < len(text) && text[next] != 'e' {
				next++
			}
			if next == len(text) || next == at+1 {
				return 0, fmt.Errorf("has an integer without an end, or without digits, at byte %d", at)
			}
			at = next + 1
		case '0' <= c && c <= '9':
			next, err := stringEnd(text, at)
			if err != nil {
				return 0, err
			}
			at = next
		default:
			return 0, fmt.Errorf("has %q at byte %d, where a value should begin", c, at)
		}
		if depth == 0 {
			return at, nil
		}
	}
}

// stringEnd returns the index behind the string that begins at byte at.
func stringEnd(text []byte, at int) (int, error) {
	n, i := 0, at
	for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		if n = 10*n + int(text[i]-'0'); n > len(text) { // checked in the loop so that n cannot overflow
			return 0, fmt.Errorf("ends at byte %d, in a longer string that begins at byte %d", len(text), at)
		}
	}
	if i < len(text) && text[i] != ':' {
		return 0, fmt.Errorf("has %q at byte %d, where the colon after a string's length should be", text[i], i)
	}
	if n > len(text)-i-1 {
		return 0, fmt.Errorf("ends at byte %d, in a string of %d bytes that begins at byte %d", len(text), n, at)
	}
	return i + 1 + n, nil
}
