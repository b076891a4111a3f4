package interop

// unable returns what a client lacks for a feature; "" if it lacks nothing.
func unable(client, feature string, oursSeed bool) string {
	switch feature {
	case version2, v2Magnet:
		switch client {
		case "libtorrent", "qbittorrent":
		case "anacrolix":
			return "anacrolix/torrent 1.61 panics on a torrent of version 2"
		default:
			return "does not know version 2"
		}
	case hybrid:
		switch client {
		case "transmission":
			return "Transmission 3.00 does not read hybrids"
		case "aria2":
			return "aria2 computes another info hash: it encodes the info dictionary anew"
		case "anacrolix":
			return "anacrolix/torrent 1.61 panics on a hybrid with a tracker"
		}
	case mixed:
		if client == "webtorrent" && oursSeed {
			return "webtorrent with encryption does not dial again in plaintext"
		}
	case pexAlone:
		if client == "webtorrent" && !oursSeed {
			return "webtorrent reads peer exchange, and sends no peers"
		}
	case haveAll:
		if client == "rtorrent" {
			return "rtorrent does not have the fast extension"
		}
	}
	return ""
}
