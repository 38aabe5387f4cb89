#pragma once

// Debian's libxml2 knows ICU, and its headers then declare ICU's types, which clash with those that Swift's Foundation
// brings. Nothing that ferry uses depends on them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
