"""The words by which titles in seven languages tell what a product is; lower case, without accents.

English, German and Dutch say the main word last (a "shirt dress" is a dress), Romance languages first (a "robe
chemise" too).
"""

import re
from typing import Final

LAST: Final[dict[str, str]] = {
    "dresses": """dress dresses gown gowns sundress shirtdress minidress maxidress jumpsuit jumpsuits playsuit romper
        rompers dungarees overalls onesie catsuit unitard pinafore kaftan caftan abaya qipao
        kleid kleider latzhose jurk jurken""",
    "outerwear": """jacket jackets coat coats parka parkas blazer blazers anorak trench windbreaker gilet bomber
        overcoat raincoat peacoat puffer poncho cape cloak shacket softshell kimono bolero outerwear
        jacke jacken mantel jas jassen winterjas regenjas zomerjas spijkerjas""",
    "footwear": """shoe shoes sneaker sneakers trainers boots sandal sandals loafer loafers heels pumps slippers
        mules clogs brogues oxfords espadrilles wedges stilettos moccasins plimsolls flip-flops footwear
        schuh schuhe stiefel stiefelette stiefeletten sandale sandalen ballerinas hausschuhe
        schoen schoenen laars laarzen""",
    "eyewear": """glasses sunglasses eyeglasses spectacles eyewear goggles brille brillen bril brillen zonnebril""",
    "headwear": """hat hats cap caps beanie beanies beret headband fedora trilby snapback bucket-hat visor balaclava
        turban headwear hut mutze mutzen kappe hoed muts mutsen""",
    "bottoms": """jeans jean trousers pants shorts leggings jeggings skirt skirts skort slacks chino chinos joggers
        culottes capris sweatpants breeches tights hose hosen rocke broek broeken rok rokken""",
    "tops": """t-shirt t-shirts tshirt tee tees shirt shirts blouse blouses sweater sweaters sweatshirt sweatshirts
        hoodie hoodies jumper jumpers cardigan cardigans camisole pullover tunic bodysuit bralette bustier corset
        turtleneck crewneck henley longsleeve quarter-zip half-zip
        hemd hemden bluse blusen pulli oberteil strickjacke sweatshirt overhemd trui truien""",
}
FIRST: Final[dict[str, str]] = {
    "dresses": "robe robes combinaison salopette vestido vestidos vestito vestiti abito abiti macacao",
    "outerwear": """veste vestes manteau manteaux blouson doudoune chaqueta chaquetas abrigo abrigos cazadora
        giacca giacche cappotto cappotti giubbotto giubbino piumino casaco casacos jaqueta jaquetas""",
    "footwear": """chaussure chaussures baskets bottes bottines sandales mocassins escarpins zapato zapatos zapatillas
        botas botines sandalias scarpa scarpe stivali stivaletti sandali mocassini sapato sapatos sapatilhas tenis""",
    "eyewear": "lunettes gafas occhiali oculos",
    "headwear": """chapeau chapeaux casquette casquettes bonnet sombrero sombreros gorra gorras gorro cappello cappelli
        berretto chapeu""",
    "bottoms": """pantalon pantalons jupe jupes falda faldas pantalones vaquero vaqueros gonna gonne pantalone pantaloni
        saia saias calca calcas calcoes bermuda bermudas""",
    "tops": """chemise chemises chemisier pull-over camisa camisas camiseta camisetas blusa blusas sudadera
        sudaderas camicia camicie maglietta magliette maglia maglione felpa camisola camisolas""",
}
WEAK: Final[dict[str, str]] = {
    "footwear": "boot",
    "bottoms": "rock",
    "tops": "top tops tank knit vest polo jersey",
}
"""Count only where nothing else in the part tells: "boot cut jeans", "high top sneakers"."""
DETAILS: Final = re.compile(r"\bcap[ -]sleeves?\b")
"""Say something about the product, but hold a word that would tell something else."""
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "dresses": ("kleid", "kleider", "jurk"),
    "outerwear": ("jacke", "jacken", "mantel", "jacket", "coat"),
    "footwear": ("schuh", "schuhe", "stiefel", "schoenen", "laarzen"),
    "eyewear": ("brille", "brillen", "zonnebril"),
    "headwear": ("mutze", "mutzen", "kappe", "strohhut", "sonnenhut", "fischerhut"),
    "bottoms": ("hose", "hosen", "rock", "broek", "rok"),
    "tops": ("hemd", "bluse", "pullover", "shirt", "trui"),
}
"""Of words written in one: a "Jeansjacke" is a jacket."""
LETTERS_BEFORE_ENDING: Final = 3
"""Fewer, and it is another word: "those", "whose"."""
_PREPOSITIONS = """with for in from by of and mit aus fur von im und avec en de du des pour et con para y per di da e
    com met van voor"""
ENDS_A_PART: Final = frozenset(_PREPOSITIONS.split())
"""What comes after says more about the product, not what it is."""
